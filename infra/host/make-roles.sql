-- For set-up-host: the passwords come by the environment, since everybody can read command lines.
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
\ir ../roles.sql
