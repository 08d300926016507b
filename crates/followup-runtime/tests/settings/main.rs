//! Settings through the public interface: flags and environment in, plain data or one sentence out.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod help;
mod meta;
mod oauth;
mod precedence;
mod refusals;
mod reply_address;
mod secrecy;
mod shapes;
mod sms;
mod twilio;
mod waiting;
mod whatsapp;

use std::path::PathBuf;

use clap::Parser;
use followup_runtime::settings::{
    FollowupConfig, FollowupSettings, HttpConfig, HttpSettings, ImapSettings, LogConfig, LogSettings, MailInConfig, MailOutConfig,
    OauthSettings, PageSettings, ReplyAddressConfig, ReplyAddressSettings, SettingError, SmsConfig, SmsSettings, SmtpSettings, StoreConfig,
    StoreSettings, WebhookConfig, WebhookSettings, WhatsappConfig, WhatsappSettings, parse_from,
};

/// About: the follow-up service under test.
#[derive(Debug, Parser)]
#[command(name = "test-server")]
struct Cli {
    #[command(flatten)]
    store: StoreSettings,
    #[command(flatten)]
    http: HttpSettings,
    #[command(flatten)]
    page: PageSettings,
    #[command(flatten)]
    smtp: SmtpSettings,
    #[command(flatten)]
    imap: ImapSettings,
    #[command(flatten)]
    webhook: WebhookSettings,
    #[command(flatten)]
    oauth: OauthSettings,
    #[command(flatten)]
    followup: FollowupSettings,
    #[command(flatten)]
    sms: SmsSettings,
    #[command(flatten)]
    whatsapp: WhatsappSettings,
    #[command(flatten)]
    reply: ReplyAddressSettings,
    #[command(flatten)]
    log: LogSettings,
}

#[derive(Debug)]
struct Config {
    store: StoreConfig,
    http: HttpConfig,
    mail_out: MailOutConfig,
    mail_in: MailInConfig,
    webhook: WebhookConfig,
    followup: FollowupConfig,
    sms: SmsConfig,
    whatsapp: WhatsappConfig,
    reply: Option<ReplyAddressConfig>,
    log: LogConfig,
}

impl Cli {
    fn resolve(&self) -> Result<Config, SettingError> {
        let store = self.store.resolve()?;
        let mail_out = self.smtp.resolve(&store, &self.oauth)?;
        let sms = self.sms.resolve()?;
        Ok(Config {
            http: self.http.resolve(&store)?,
            mail_in: self.imap.resolve(&store, &self.oauth)?,
            webhook: self.webhook.resolve()?,
            followup: self.followup.resolve(&mail_out)?,
            whatsapp: self.whatsapp.resolve(&self.sms, &sms)?,
            sms,
            reply: self.reply.resolve(&store, &mail_out.sender)?,
            log: self.log.resolve()?,
            mail_out,
            store,
        })
    }
}

fn read(flags: &[&str], variables: &[(&str, &str)]) -> Cli {
    parse_from(["test-server"].iter().chain(flags), variables.to_vec()).unwrap()
}

fn config(variables: &[(&str, &str)]) -> Config {
    read(&[], variables).resolve().unwrap()
}

/// The sentence that refuses these variables.
fn refusal(variables: &[(&str, &str)]) -> String {
    read(&[], variables).resolve().unwrap_err().to_string()
}

/// 32 bytes, the shortest key.
const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A deployment with a database of its own.
const SERVER: [(&str, &str); 2] = [("DATABASE_URL", "postgres://db.example/followup"), ("JWT_SECRET", KEY)];

fn on_server<'a>(variables: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    SERVER.iter().chain(variables).copied().collect()
}

/// A file in a directory that lives as long as the first value.
fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    std::fs::write(&path, text).unwrap();
    (directory, path)
}
