//! Mails as they arrive: what reporters, their mailboxes and mail servers write.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

/// A letter of ours, as far as an answer shows it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answered {
    pub(crate) message_id: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    /// Our address.
    pub(crate) unit: String,
}

/// A mail that comes in.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// Name and address, as `From` has them.
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) id: String,
    pub(crate) at: DateTime<Utc>,
    /// Further lines of the header.
    pub(crate) header: Vec<String>,
    /// Type and content.
    pub(crate) content: (String, String),
}

const TEXT: &str = "text/plain; charset=utf-8";
const BOUNDARY: &str = "=_parte";

impl Mail {
    /// A mail of its own.
    pub(crate) fn new(from: &str, to: &str, subject: &str, id: &str, at: DateTime<Utc>, text: &str) -> Self {
        let owned = |text: &str| text.to_owned();
        Self {
            from: owned(from),
            to: owned(to),
            subject: owned(subject),
            id: owned(id),
            at,
            header: Vec::new(),
            content: (owned(TEXT), owned(text)),
        }
    }

    /// An answer, with the letter quoted below.
    pub(crate) fn answer(from: &str, letter: &Answered, id: &str, at: DateTime<Utc>, text: &str) -> Self {
        let quoted: String = letter.body.lines().map(|line| format!("> {line}\n")).collect();
        let text = format!("{text}\n\nEl {}, <{}> escribió:\n{quoted}", at.format("%d/%m/%Y"), letter.unit);
        let mail = Self::new(from, &letter.unit, &format!("Re: {}", letter.subject), id, at, &text);
        mail.with(&[format!("In-Reply-To: {}", letter.message_id), format!("References: {}", letter.message_id)])
    }

    /// The same as HTML, as webmail writes it.
    pub(crate) fn in_html(self) -> Self {
        let safe = self.content.1.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let lines: String = safe.lines().map(|line| format!("<div>{line}<br></div>\n")).collect();
        let html = format!(
            "<html><body style=\"font-family:sans-serif\">{lines}<p><b>Clínica del Pinar</b><br><span style=\"color:#888\">Este correo es confidencial.</span></p></body></html>"
        );
        let parts = format!(
            "--{BOUNDARY}\nContent-Type: {TEXT}\n\n{}\n--{BOUNDARY}\nContent-Type: text/html; charset=utf-8\n\n{html}\n--{BOUNDARY}--\n",
            self.content.1
        );
        Self { content: (format!("multipart/alternative; boundary=\"{BOUNDARY}\""), parts), ..self }
    }

    /// The same with a file.
    pub(crate) fn with_file(self, name: &str, media_type: &str, bytes: &[u8]) -> Self {
        let parts = format!(
            "--{BOUNDARY}\nContent-Type: {TEXT}\n\n{}\n--{BOUNDARY}\nContent-Type: {media_type}; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\n\
             Content-Transfer-Encoding: base64\n\n{}\n--{BOUNDARY}--\n",
            self.content.1,
            STANDARD.encode(bytes)
        );
        Self { content: (format!("multipart/mixed; boundary=\"{BOUNDARY}\""), parts), ..self }
    }

    /// An answer that a mailbox gives by itself (RFC 3834).
    pub(crate) fn by_itself(from: &str, letter: &Answered, id: &str, at: DateTime<Utc>, text: &str) -> Self {
        let mail = Self::new(from, &letter.unit, &format!("Respuesta automática: {}", letter.subject), id, at, text);
        mail.with(&["Auto-Submitted: auto-replied".into(), format!("In-Reply-To: {}", letter.message_id)])
    }

    /// What a mail server reports of a letter (RFC 3464).
    pub(crate) fn report(
        letter: &Answered,
        recipient: &str,
        id: &str,
        at: DateTime<Utc>,
        (action, status, words): (&str, &str, &str),
    ) -> Self {
        let host = recipient.split('@').nth(1).unwrap_or("example");
        let parts = format!(
            "--{BOUNDARY}\nContent-Type: {TEXT}\n\n{words}\n\n--{BOUNDARY}\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.{host}\n\n\
             Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {words}\n\n\
             --{BOUNDARY}\nContent-Type: text/rfc822-headers\n\nFrom: {}\nMessage-ID: {}\n\n--{BOUNDARY}--\n",
            letter.unit, letter.message_id
        );
        let mail = Self::new(&format!("MAILER-DAEMON@mx.{host}"), &letter.unit, "Delivery Status Notification", id, at, "");
        Self { content: (format!("multipart/report; report-type=delivery-status; boundary=\"{BOUNDARY}\""), parts), ..mail }
    }

    fn with(mut self, lines: &[String]) -> Self {
        self.header.extend_from_slice(lines);
        self
    }

    /// Its bytes.
    pub(crate) fn raw(&self) -> Vec<u8> {
        let (media_type, content) = &self.content;
        let header: String = self.header.iter().map(|line| format!("{line}\n")).collect();
        let mail = format!(
            "From: {}\nTo: {}\nSubject: {}\nMessage-ID: {}\nDate: {}\n{header}MIME-Version: 1.0\nContent-Type: {media_type}\nContent-Transfer-Encoding: 8bit\n\n{content}",
            self.from,
            self.to,
            self.subject,
            self.id,
            self.at.to_rfc2822()
        );
        mail.replace('\n', "\r\n").into_bytes()
    }
}
