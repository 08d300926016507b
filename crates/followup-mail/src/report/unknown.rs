//! "No such user" in whatever words: a mailbox's name beside a word that says that it is not there.

use std::sync::LazyLock;

use crate::phrases::Phrases;

/// What a mailbox or who has it is called, folded; plurals have an "s".
const MAILBOX: &[&str] = &[
    "account",
    "addressee",
    "adres",
    "adresat",
    "adressen",
    "alias",
    "benutzer",
    "buzon",
    "casilla",
    "cimzett",
    "conta",
    "cuenta",
    "destinataire",
    "destinatario",
    "direccion",
    "emailadres",
    "empfanger",
    "endereco",
    "felhasznalo",
    "gebruiker",
    "indirizzo",
    "korisnik",
    "kullanici",
    "mailadres",
    "mailbox",
    "modtager",
    "modtageren",
    "mottagare",
    "mottagaren",
    "mottaker",
    "mottakeren",
    "odbiorca",
    "osoite",
    "postfach",
    "prijemce",
    "recipient",
    "skrzynka",
    "user",
    "userid",
    "username",
    "usuario",
    "utente",
    "utilisateur",
    "uzivatel",
    "uzytkownik",
    "vastaanottaja",
    "αποδεκτης",
    "χρηστης",
    "адрес",
    "получатель",
    "пользователь",
    "ящик",
];

/// What says that it is not there.
const MISSING: &[&str] = &[
    "bulunamadi",
    "cannot be found",
    "could not be found",
    "couldn't be found",
    "desconhecid",
    "desconocid",
    "does not exist",
    "doesn't exist",
    "findes ikke",
    "finnes ikke",
    "finns inte",
    "hittades inte",
    "ikke fundet",
    "ikke funnet",
    "inconnu",
    "inexistent",
    "introuvable",
    "invalid",
    "ismeretlen",
    "isn't known",
    "kan niet worden gevonden",
    "n'existe pas",
    "nao encontrad",
    "nao existe",
    "neexistuje",
    "nenalezen",
    "nepostojec",
    "neznam",
    "nicht gefunden",
    "nie istnieje",
    "nie znaleziono",
    "niet bekend",
    "nieznany",
    "no encontrad",
    "no existe",
    "no such",
    "no valid",
    "non esiste",
    "non trovato",
    "non-existent",
    "nonexistent",
    "not a known",
    "not a valid",
    "not exist",
    "not found",
    "not known",
    "not listed",
    "not recognized",
    "not registered",
    "okand",
    "onbekend",
    "sconosciut",
    "tuntematon",
    "ukendt",
    "ukjent",
    "unbekannt",
    "undefined",
    "unknown",
    "yok",
    "αγνωστος",
    "не наиден",
    "не существует",
    "неизвест",
];

/// Beside these it is something else that is not there.
const OTHERS: &[&str] = &[
    "absender",
    "authentic",
    "credential",
    "domain",
    "domaine",
    "dominio",
    "expediteur",
    "host",
    "login",
    "mail from",
    "mittente",
    "password",
    "remetente",
    "remitente",
    "sender",
    "servidor",
];

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::of([MISSING]));

/// So many bytes away stands beside.
const BESIDE: usize = 28;

/// Whether a server's words, folded, say that a mailbox is not there.
pub(super) fn is_told(folded: &str) -> bool {
    PHRASES.places(0, folded).any(|place| is_beside_mailbox(folded, place.start, place.end))
}

fn is_beside_mailbox(folded: &str, begin: usize, end: usize) -> bool {
    let before = &folded[folded.floor_char_boundary(begin.saturating_sub(BESIDE))..begin];
    let behind = &folded[end..folded.ceil_char_boundary((end + BESIDE).min(folded.len()))];
    // What stands in another sentence is about something else.
    let before = before.rsplit(['.', ';', ':']).next().unwrap_or_default();
    let behind = behind.split(['.', ';', ':']).next().unwrap_or_default();
    let names_mailbox = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric())
            .any(|word| MAILBOX.contains(&word) || word.strip_suffix('s').is_some_and(|one| MAILBOX.contains(&one)))
    };
    let is_other = |text: &str| OTHERS.iter().any(|word| text.contains(word));
    (names_mailbox(before) || names_mailbox(behind)) && !is_other(before) && !is_other(behind)
}

#[cfg(test)]
mod tests {
    use followup_domain::text::fold;

    use super::*;

    #[test]
    fn a_mailbox_that_is_not_there_is_told_in_many_words() {
        for said in [
            "no such user here",
            "unknown or illegal mailbox",
            "the recipient could not be found",
            "the mailbox you wrote to is not known",
            "usuario totalmente desconocido",
            "la cuenta no existe",
            "users not found",
        ] {
            assert!(is_told(said), "{said}");
        }
        for said in [
            "unknown sender",
            "user authentication: invalid password",
            "mailbox full. unknown error",
            "unknown error for this message, user",
            "the user has an unknown sender",
            "file not found",
            "",
        ] {
            assert!(!is_told(said), "{said}");
        }
    }

    #[test]
    fn words_stand_as_they_are_compared() {
        for word in [MAILBOX, MISSING, OTHERS].concat() {
            assert_eq!(fold(word), word);
        }
    }
}
