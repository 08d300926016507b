//! Dovecot's configuration file, whose language changed with version 2.4.

use super::dovecot::Setup;

/// The whole file for the installed version, as `dovecot --version` names it.
pub(crate) fn render(setup: &Setup<'_>, version: &str, imap: u16, imaps: u16) -> String {
    let folder = setup.folder.display();
    let mx = setup.mx_port;
    let release = version.split(' ').next().unwrap_or(version);
    let mechanisms = if setup.introspection_url.is_some() { "plain login xoauth2" } else { "plain login" };
    let specific = if release.starts_with("2.3.") { version_2_3(setup) } else { version_2_4(setup) };
    // The version settings of 2.4 must come first.
    format!(
        "\
{specific}
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
submission_host = 127.0.0.1:{mx}
ssl = required
auth_mechanisms = {mechanisms}
mail_max_userip_connections = 200
# The disk shows a message as IMAP does.
mail_save_crlf = yes
# What was accepted need not survive a power failure.
mail_fsync = never
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}

# Wrong passwords are tried on purpose: no growing delays.
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener sasl {{
    mode = 0666
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener lmtp-in {{
    mode = 0666
  }}
}}
"
    )
}

/// What version 2.3 wants to know of tokens, in a file of its own.
pub(crate) fn oauth2(introspection_url: &str) -> String {
    format!(
        "\
introspection_mode = get
introspection_url = {introspection_url}
username_attribute = email
active_attribute = active
active_value = true
"
    )
}

fn version_2_3(setup: &Setup<'_>) -> String {
    let folder = setup.folder.display();
    let tokens = match setup.introspection_url {
        Some(_) => format!("passdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {folder}/oauth2.ext\n}}\n"),
        None => String::new(),
    };
    let certificate = setup.certificates.server.display();
    let key = setup.certificates.server_key.display();
    format!(
        "\
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = yes
mail_location = maildir:~/Maildir
{tokens}passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
protocol lmtp {{
  postmaster_address = postmaster@vigia.test
  mail_plugins = sieve
}}
"
    )
}

fn version_2_4(setup: &Setup<'_>) -> String {
    let folder = setup.folder.display();
    let tokens = match setup.introspection_url {
        Some(url) => format!(
            "\
oauth2 {{
  introspection_mode = get
  introspection_url = {url}
  username_attribute = email
  active_attribute = active
  active_value = true
}}
passdb oauth2 {{
  mechanisms_filter = xoauth2
}}
"
        ),
        None => String::new(),
    };
    let certificate = setup.certificates.server.display();
    let key = setup.certificates.server_key.display();
    format!(
        "\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
ssl_server_cert_file = {certificate}
ssl_server_key_file = {key}
auth_allow_cleartext = no
mail_driver = maildir
mail_path = ~/Maildir
{tokens}passdb passwd-file {{
  passwd_file_path = {folder}/users
}}
userdb passwd-file {{
  passwd_file_path = {folder}/users
}}
sieve_script personal {{
  path = ~/.dovecot.sieve
}}
protocol lmtp {{
  postmaster_address = postmaster@vigia.test
  mail_plugins {{
    sieve = yes
  }}
}}
"
    )
}
