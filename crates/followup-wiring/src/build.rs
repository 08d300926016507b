//! From settings to the use cases.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use followup_app::{App, Senders};
use followup_diesel::{DatabaseUrl, MigratingStore};
use followup_domain::contact::EmailAddress;
use followup_domain::mail::reply_address::{ReplyAddresses, ReplyKey};
use followup_domain::message::Channel;
use followup_domain::ports::{AccessTokens, CallbackDoor, Clock, Sender, Standbys, Store};
use followup_extract::Extractor;
use followup_letters::TemplateLetters;
use followup_mail::MimeReader;
use followup_outbox::EmlOutbox;
use followup_runtime::clock::{RandomIds, RandomSalts, SystemClock};
use followup_runtime::settings::{
    Credentials, FollowupConfig, FollowupSettings, ImapSettings, LogSettings, MailIn, MailInConfig, MailOut, MailOutConfig, MailTls,
    OauthSettings, ReplyAddressConfig, ReplyAddressSettings, Secret, Shown, SignIn, SmsSettings, SmtpSettings, SmtpTarget, StoreConfig,
    StoreSettings, WhatsappSettings,
};
use followup_runtime::telemetry;
use followup_smtp::{SmtpConfig, SmtpLogin, SmtpSender, SmtpTls};

use crate::demonstration;
use crate::texts::{self, Carried};
use crate::tokens::TokenSources;

/// The longest to wait for one answer of the mail server before a message is handed over.
const SMTP_STEP: Duration = Duration::from_secs(15);

/// SQLite's name of a database that is no file.
const IN_MEMORY: &str = ":memory:";

/// The settings of every binary.
#[derive(Debug, Clone, Args)]
pub struct CommonSettings {
    #[command(flatten)]
    #[allow(missing_docs)] // clap shows a doc comment on a flattened group as the command's own.
    pub store: StoreSettings,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub smtp: SmtpSettings,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub oauth: OauthSettings,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub followup: FollowupSettings,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub sms: SmsSettings,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub whatsapp: WhatsappSettings,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub reply: ReplyAddressSettings,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub log: LogSettings,
}

/// What a binary works with.
#[derive(Clone)]
pub struct Service {
    /// The use cases.
    pub followup: App,
    /// The store, for migrating and checking.
    pub store: Arc<dyn MigratingStore>,
    /// Where data are kept.
    pub store_config: StoreConfig,
    /// Where mail goes.
    pub mail_out: MailOutConfig,
    /// Who may call in a provider's name.
    pub doors: Vec<Arc<dyn CallbackDoor>>,
    /// The settings that decide each channel, as an administrator sees them.
    pub channel_settings: Vec<(Channel, Vec<Shown>)>,
    /// What lets messages leave this machine, if something does.
    pub(crate) leaves_by: Option<&'static str>,
    /// Where access tokens for mail servers come from.
    pub(crate) tokens: Arc<TokenSources>,
    oauth: OauthSettings,
}

/// As [`build`], for what makes no store: a command in a wrong folder is told so, and leaves nothing behind there.
///
/// # Errors
/// The same; and that the SQLite file is not there.
pub fn build_on_existing_store(settings: &CommonSettings, name: &'static str) -> anyhow::Result<Service> {
    telemetry::init(&settings.log.resolve()?)?;
    let store_config = settings.store.resolve()?;
    if let Ok(DatabaseUrl::Sqlite(path)) = DatabaseUrl::parse(store_config.target.url().expose())
        && !path.exists()
        && path.as_os_str() != IN_MEMORY
    {
        let named_by = if store_config.is_embedded() { "VAR_DIR" } else { "DATABASE_URL" };
        bail!("there is no database {} ({named_by}): api-server makes it when it is first started; nothing was made here", path.display());
    }
    assemble(settings, name, store_config)
}

/// Checks the settings, starts the log, and builds the adapters that the settings name. `name` is the process as the audit
/// trail knows it. Neither migrates nor connects.
///
/// # Errors
/// The first setting that cannot work, in one sentence.
pub fn build(settings: &CommonSettings, name: &'static str) -> anyhow::Result<Service> {
    telemetry::init(&settings.log.resolve()?)?;
    assemble(settings, name, settings.store.resolve()?)
}

fn assemble(settings: &CommonSettings, name: &'static str, store_config: StoreConfig) -> anyhow::Result<Service> {
    let mail_out = settings.smtp.resolve(&store_config, &settings.oauth)?;
    let mut config = settings.followup.resolve(&mail_out)?;
    let reply = settings.reply.resolve(&store_config, &mail_out.sender)?;
    if store_config.is_embedded() {
        followup_runtime::secrets::make_private_dir(&store_config.var_dir)
            .with_context(|| format!("VAR_DIR {} cannot be used", store_config.var_dir.display()))?;
    }
    let sms = settings.sms.resolve()?;
    let whatsapp = settings.whatsapp.resolve(&settings.sms, &sms)?;
    let leaves_by = demonstration::leaves_by(&mail_out, &sms, &whatsapp);
    if let Some(setting) = leaves_by
        && demonstration::is_demonstration(&store_config)
    {
        bail!(
            "VAR_DIR {} holds a demonstration, which nothing leaves: unset {setting}, or name another folder",
            store_config.var_dir.display()
        );
    }
    config.policy.sms = sms.rules;
    config.policy.whatsapp = whatsapp.rules;
    config.policy.reply_addresses = reply.as_ref().map(reply_addresses).transpose()?;
    let database_url = store_config.target.url();
    let store = followup_diesel::open_within(database_url.expose(), store_config.pool_size, store_config.timeout, Arc::new(RandomSalts))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let tokens = Arc::new(TokenSources::new(Arc::clone(&clock)));
    let outbox = match &mail_out.target {
        MailOut::Outbox(folder) if store_config.is_embedded() => Some(folder.as_path()),
        _ => None,
    };
    let named = texts::Named { sms: sms.carrier.as_ref(), whatsapp: whatsapp.carrier.as_ref(), outbox, country: config.policy.country };
    let carried = texts::carried(&named, &clock)?;
    let senders = carried.senders(senders(&mail_out, &tokens)?);
    let followup = use_cases(name, store.clone(), clock, (senders, &carried), &mail_out, config)?;
    if matches!(mail_out.target, MailOut::NotConfigured) {
        tracing::warn!("e-mail is not configured: SMTP_HOST is not set; e-mail answers \"canal no configurado\"");
    }
    let channel_settings = vec![
        (Channel::Email, settings.smtp.shown()),
        (Channel::Sms, sms.shown),
        (Channel::Whatsapp, settings.whatsapp.shown(&settings.sms)),
    ];
    Ok(Service {
        followup,
        store,
        store_config,
        mail_out,
        doors: carried.doors(),
        channel_settings,
        leaves_by,
        tokens,
        oauth: settings.oauth.clone(),
    })
}

impl Service {
    /// Checks the settings of mail that comes in.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn mail_in(&self, imap: &ImapSettings) -> anyhow::Result<MailInConfig> {
        let config = imap.resolve(&self.store_config, &self.oauth)?;
        if matches!(config.source, MailIn::Imap(_)) && demonstration::is_demonstration(&self.store_config) {
            bail!(
                "VAR_DIR {} holds a demonstration, which reads no mailbox: unset IMAP_HOST, or name another folder",
                self.store_config.var_dir.display()
            );
        }
        Ok(config)
    }

    /// The same for the jobs of a process that also answers requests: they have connections of their own, and their turn at writing.
    ///
    /// # Errors
    /// The store cannot be opened once more.
    pub fn in_background(&self) -> anyhow::Result<Self> {
        let store = self.store.for_background()?;
        let followup = App { store: store.clone(), ..self.followup.clone() };
        Ok(Self { followup, store, ..self.clone() })
    }

    /// For the processes that do not migrate: the schema must be the one this program knows.
    ///
    /// # Errors
    /// The store cannot be reached, or its schema is another one.
    pub fn require_current_schema(&self) -> anyhow::Result<()> {
        self.store.check().context("the database is not ready (api-server migrates it at start)")?;
        self.tell_of_standbys()
    }

    /// Says so in the log when a failover of the database could send letters twice.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub fn tell_of_standbys(&self) -> anyhow::Result<()> {
        if self.store.standbys()? == Standbys::Asynchronous {
            tracing::warn!(
                "the database has standbys and COMMIT waits for none (synchronous_standby_names): what was recorded last may be missing after a \
                 failover, and letters that left may be sent twice"
            );
        }
        Ok(())
    }
}

fn use_cases(
    name: &'static str,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    (senders, carried): (Senders, &Carried),
    mail_out: &MailOutConfig,
    config: FollowupConfig,
) -> anyhow::Result<App> {
    let letters = match &config.templates_dir {
        Some(folder) => TemplateLetters::with_overrides(folder).context("TEMPLATES_DIR")?,
        None => TemplateLetters::built_in(),
    };
    Ok(App {
        store,
        clock,
        ids: Arc::new(RandomIds::of_sender(&mail_out.sender)),
        letters: Arc::new(letters),
        reader: Arc::new(MimeReader::new([mail_out.sender.clone()]).trusting(config.trusted_authserv_id)),
        answers: Arc::new(Extractor),
        events: carried.events(),
        senders,
        policy: Arc::new(config.policy),
        templates: carried.templates(),
        turns: followup_app::Turns::default(),
        service: name,
    })
}

fn reply_addresses(config: &ReplyAddressConfig) -> anyhow::Result<ReplyAddresses> {
    let key = |secret: &Secret| ReplyKey::new(secret.expose());
    let old = config.old_secrets.iter().map(key).collect();
    ReplyAddresses::new(config.mailbox.clone(), config.separator, key(&config.secret.load()?), old)
        .context("REPLY_SUBADDRESSING cannot be used with SMTP_FROM")
}

/// A lane for each channel that the settings give a transport.
fn senders(mail_out: &MailOutConfig, tokens: &TokenSources) -> anyhow::Result<Senders> {
    let email: Arc<dyn Sender> = match &mail_out.target {
        MailOut::Smtp(target) => Arc::new(SmtpSender::new(smtp_config(target, &mail_out.sender, tokens)?)?),
        MailOut::Outbox(folder) => Arc::new(EmlOutbox::new(folder)),
        MailOut::NotConfigured => return Ok(Senders::default()),
    };
    Ok(Senders::default().with(Channel::Email, email))
}

fn smtp_config(target: &SmtpTarget, sender: &EmailAddress, tokens: &TokenSources) -> anyhow::Result<SmtpConfig> {
    Ok(SmtpConfig {
        host: target.host.clone(),
        port: target.port,
        tls: match target.tls {
            MailTls::StartTls => SmtpTls::StartTls,
            MailTls::Tls => SmtpTls::Wrapper,
            MailTls::None => SmtpTls::None,
        },
        ca_file: target.ca.as_ref().map(|ca| ca.path.clone()),
        login: target.credentials.as_ref().map(|given| smtp_login(given, tokens)).transpose()?,
        hello_name: sender.domain().to_owned(),
        timeout: SMTP_STEP,
    })
}

fn smtp_login(given: &Credentials, sources: &TokenSources) -> anyhow::Result<SmtpLogin> {
    let tokens: Arc<dyn AccessTokens> = match &given.sign_in {
        SignIn::Password(password) => return Ok(SmtpLogin::password(&given.user, password.value.expose())),
        SignIn::Token(token) => TokenSources::given(token),
        SignIn::Oauth(target) => sources.of(target)?,
    };
    Ok(SmtpLogin::XOauth2 { user: given.user.clone(), tokens })
}
