//! The rig's own certificate authority, made by the `openssl` program.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::rigs::programs;

/// PEM files of the authority and of the servers.
#[derive(Debug)]
pub(crate) struct Certificates {
    pub(crate) authority: PathBuf,
    pub(crate) server: PathBuf,
    pub(crate) server_key: PathBuf,
}

/// A whole configuration, so that the machine's own openssl.cnf has no say.
const CONFIGURATION: &str = "\
[req]
distinguished_name = subject
prompt = no
[subject]
CN = localhost
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, DNS:mail.vigia.test, IP:127.0.0.1
";

/// Makes an authority and a server certificate that it signs, valid for two days.
///
/// # Errors
/// When `openssl` is not installed or fails.
pub(crate) fn create(folder: &Path) -> Result<Certificates> {
    std::fs::create_dir_all(folder).context("making the certificate folder")?;
    std::fs::write(folder.join("openssl.cnf"), CONFIGURATION)?;
    let openssl = programs::find("openssl", "openssl", &[])?;
    let run = |arguments: &str| {
        let mut command = Command::new(&openssl);
        command.args(arguments.split_whitespace()).current_dir(folder);
        programs::run(&mut command)
    };
    let new_key = "-config openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    run(&format!(
        "req -x509 {new_key} -subj /CN=rig-authority -extensions authority -days 2 \
         -keyout authority.key -out authority.pem"
    ))?;
    run(&format!("req {new_key} -keyout server.key -out server.csr"))?;
    run("x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial \
         -extfile openssl.cnf -extensions server -days 2 -out server.pem")?;
    Ok(Certificates { authority: folder.join("authority.pem"), server: folder.join("server.pem"), server_key: folder.join("server.key") })
}
