//! Which template files there are.

use followup_domain::asking::request::LetterKind;
use followup_domain::message::Channel;

/// One letter: for whom, its file name, and the text that is compiled in.
#[derive(Debug)]
pub(crate) struct TemplateFile {
    pub(crate) kind: LetterKind,
    pub(crate) channel: Channel,
    pub(crate) name: &'static str,
    pub(crate) built_in: &'static str,
}

macro_rules! template_files {
    ($($kind:ident $channel:ident $name:literal;)+) => {
        /// Every template there is.
        pub(crate) static TEMPLATE_FILES: &[TemplateFile] = &[$(TemplateFile {
            kind: LetterKind::$kind,
            channel: Channel::$channel,
            name: $name,
            built_in: include_str!(concat!("../templates/", $name)),
        }),+];
    };
}

macro_rules! part_files {
    ($($name:literal)+) => {
        /// What several templates include: name and compiled-in text.
        pub(crate) static PART_FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../templates/", $name)))),+];
    };
}

part_files! {
    "parte.saludo.txt"
    "parte.presentacion.txt"
    "parte.recibido.txt"
    "parte.preguntas.txt"
    "parte.respaldo.txt"
    "parte.lista.txt"
}

/// The part that writes lists of words: a macro.
pub(crate) const LISTS: &str = "parte.lista.txt";

/// The names of all files, letters first.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TEMPLATE_FILES.iter().map(|file| file.name).chain(PART_FILES.iter().map(|(name, _)| *name))
}

template_files! {
    Request Email "solicitud.email.txt";
    Reminder Email "recordatorio.email.txt";
    Request Sms "solicitud.sms.txt";
    Reminder Sms "recordatorio.sms.txt";
    Request Whatsapp "solicitud.whatsapp.txt";
    Reminder Whatsapp "recordatorio.whatsapp.txt";
}

impl TemplateFile {
    /// The template of a letter; none for calls, which a person makes.
    pub(crate) fn find(kind: LetterKind, channel: Channel) -> Option<&'static Self> {
        TEMPLATE_FILES.iter().find(|file| file.kind == kind && file.channel == channel)
    }

    /// Whether it begins with a subject.
    pub(crate) fn has_subject(&self) -> bool {
        self.channel == Channel::Email
    }
}
