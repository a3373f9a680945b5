// nag_findings.mjs TEMPLATE.json FOLDER: cdk-nag's findings, in FOLDER/validation-report.json. A program of its own, since CDK ends its process
// when there are any.
import { App, Stack, Validations } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';

const [templateFile, outdir] = process.argv.slice(2);
const app = new App({ outdir, analyticsReporting: false });
new CfnInclude(new Stack(app, 'stockpilot'), 'Template', { templateFile });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
