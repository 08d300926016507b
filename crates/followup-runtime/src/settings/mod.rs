//! Settings: every one a flag and an environment variable, documented by `--help`.
//!
//! Two steps. [`parse`] reads flags and environment into the `…Settings` groups, which a binary flattens into its
//! own arguments; they hold text and cannot fail. `resolve` checks a group and gives a `…Config`, plain data that
//! can work; what cannot is one sentence that names the setting ([`SettingError`]).
//!
//! An empty environment variable counts as unset. A secret may also be given as a file, `NAME_FILE`.

mod check;
mod error;
mod followup;
mod http;
mod imap;
mod issuer_keys;
mod log;
mod mail_server;
mod meta;
mod oauth;
mod page;
mod parse;
mod reply_address;
mod secret;
mod send_window;
mod short_help;
mod shown;
mod sms;
mod smtp;
mod store;
mod webhook;
mod whatsapp;

pub use error::SettingError;
pub use followup::{FollowupConfig, FollowupSettings};
pub use http::{AdminPassword, BackgroundJobs, HttpConfig, HttpSettings, JwtSecret};
pub use imap::{ImapSettings, ImapTarget, MailIn, MailInConfig};
pub use issuer_keys::{IssuerKeyConfig, IssuerKeySettings, JwksLocation, PublicKeyFile};
pub use log::{LogConfig, LogFormat, LogSettings};
pub use mail_server::{CaFile, Credentials, MailTls, SignIn};
pub use meta::{MetaSettings, MetaTarget};
pub use oauth::{OauthGrant, OauthSettings, OauthTarget};
pub use page::{PageConfig, PageSettings};
pub use parse::{parse, parse_from};
pub use reply_address::{ReplyAddressConfig, ReplyAddressSettings, ReplyTokenSecret};
pub use secret::{Secret, SecretSource};
pub use shown::Shown;
pub use sms::{
    AddressBits, GatewayProfile, GatewaySettings, GatewaySignIn, GatewayTarget, SmsCarrier, SmsConfig, SmsSettings, SnsSettings, SnsTarget,
    TwilioSettings, TwilioTarget,
};
pub use smtp::{MailOut, MailOutConfig, PLACEHOLDER_SENDER, SmtpSettings, SmtpTarget};
pub use store::{DatabaseTarget, StoreConfig, StoreSettings};
pub use webhook::{WebhookConfig, WebhookSettings};
pub use whatsapp::{WhatsappCarrier, WhatsappConfig, WhatsappSettings};
