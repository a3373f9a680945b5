libstockpilot_a_SOURCES += \
	include/stockpilot/aws/aws_client.h src/aws/aws_client.c \
	include/stockpilot/aws/cognito.h src/aws/cognito.c \
	include/stockpilot/aws/credentials.h src/aws/credentials.c \
	src/aws/credential_refresh.h src/aws/credential_refresh.c \
	src/aws/credential_setting.h src/aws/credential_setting.c \
	src/aws/credentials_file.h src/aws/credentials_file.c \
	src/aws/instance_credentials.h src/aws/instance_credentials.c \
	include/stockpilot/aws/s3.h src/aws/s3.c \
	include/stockpilot/aws/s3_post_policy.h src/aws/s3_post_policy.c \
	include/stockpilot/aws/sigv4.h src/aws/sigv4.c \
	include/stockpilot/aws/sns.h src/aws/sns.c \
	include/stockpilot/aws/sns_text.h src/aws/sns_text.c \
	include/stockpilot/aws/ssm.h src/aws/ssm.c
