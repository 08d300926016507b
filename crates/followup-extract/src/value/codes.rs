//! Values of closed lists: sex, outcome, seriousness, yes and no, the action taken.

use followup_domain::case::{AccionTomada, Desenlace, Gravedad, Sexo, YesNo};

use super::Read;
use crate::pattern::{Pattern, patterns};

patterns! {
    WOMAN = r"\b(?:{woman}|f|(?:{female_word}))\b";
    MAN = r"\b(?:{man}|m|h|(?:{male_word}))\b";
    DIED = r"\b(?:{died}|mortal|fatal)\b";
    SEQUELAE = r"\b(?:{sequelae})\b";
    NO_SEQUELAE = r"\b(?:sin secuelas?|sem sequelas?|without sequelae|no quedo con secuelas?)\b";
    RECOVERING = r"\b(?:{recovering})\b";
    UNRESOLVED = r"\b(?:{unresolved})\b";
    RECOVERED = r"\b(?:{recovered})\b";
    NOT_DEAD = r"\b(?:no|nunca|casi|riesgo de|not) (?:se |ha |has )?(?:{died}|murio|muere)\b";
    NOT_SERIOUS = r"\b(?:{not_serious})\b";
    MILD = r"^ ?(?:leve|levemente|mild)\b";
    ADMITTED = r"\b(?:{admitted}|{intensive}|{life_threat})\b";
    SERIOUS = r"\b(?:{serious})\b";
    CRITERION_DENIED = r"\b(?:no|ni|sin|nunca|tampoco|not|nao|never) (?:\w+ ){0,4}?(?:{admitted}|{intensive}|{life_threat})\b";
    YES = r"^ ?(?:{yes})\b";
    NO = r"^ ?(?:{no})\b";
    WITHDRAWN = r"\b(?:{stops}|se retiro|retirado|discontinued|suspenso)\b";
    REDUCED = r"\b(?:se (?:le )?(?:redujo|disminuyo|bajo)|dosis (?:reducida|disminuida)|reduccion de dosis|dose reduced)\b";
    INCREASED = r"\b(?:se (?:le )?(?:aumento|incremento)|dosis aumentada|dose increased)\b";
    UNCHANGED = r"\b(?:sin cambios|se (?:mantuvo|continuo)|continua igual|no se (?:modifico|cambio)|dose not changed|se mantiene)\b";
}

/// The first match as a value.
fn first(pattern: &Pattern, text: &str, value: &str) -> Option<Read> {
    pattern.regex().find(text).map(|found| Read::new(found.range(), value))
}

/// The sex that an answer tells; none if it tells both.
pub(crate) fn sex(text: &str) -> Option<Read> {
    let woman = first(&WOMAN, text, Sexo::Femenino.as_str());
    let man = first(&MAN, text, Sexo::Masculino.as_str());
    match (woman, man) {
        (Some(read), None) | (None, Some(read)) => Some(read),
        _ => None,
    }
}

/// The outcome that an answer or a sentence tells: who is better is not yet well, who is "not recovered" is not recovered.
pub(crate) fn outcome(text: &str) -> Option<Read> {
    if NOT_DEAD.regex().find(text).is_none()
        && let Some(read) = first(&DIED, text, Desenlace::Mortal.as_str())
    {
        return Some(read);
    }
    let sequelae =
        if NO_SEQUELAE.regex().is_match(text) { None } else { first(&SEQUELAE, text, Desenlace::RecuperadoConSecuelas.as_str()) };
    let recovering = first(&RECOVERING, text, Desenlace::EnRecuperacion.as_str());
    let unresolved = first(&UNRESOLVED, text, Desenlace::NoRecuperado.as_str());
    let recovered = first(&RECOVERED, text, Desenlace::Recuperado.as_str());
    sequelae.or(recovering).or(unresolved).or(recovered)
}

/// Whether an answer calls the event serious; `asked`: a plain yes or no tells it, too.
pub(crate) fn seriousness(text: &str, asked: bool) -> Option<Read> {
    if asked && let Some(end) = MILD.at_start(text) {
        return Some(Read::new(0..end, Gravedad::NoGrave.as_str()));
    }
    if asked && let Some(end) = NO.at_start(text) {
        let admitted = first(&ADMITTED, &text[end..], "").is_some() && !CRITERION_DENIED.regex().is_match(text);
        return (!admitted).then(|| Read::new(0..end, Gravedad::NoGrave.as_str()));
    }
    if let Some(read) = first(&NOT_SERIOUS, text, Gravedad::NoGrave.as_str()) {
        return Some(read);
    }
    if let Some(read) = first(&CRITERION_DENIED, text, Gravedad::NoGrave.as_str()) {
        return asked.then_some(read);
    }
    if let Some(read) = first(&ADMITTED, text, Gravedad::Grave.as_str()) {
        return Some(read);
    }
    let serious = first(&SERIOUS, text, Gravedad::Grave.as_str()).filter(|_| asked);
    serious.or_else(|| YES.at_start(text).filter(|_| asked).map(|end| Read::new(0..end, Gravedad::Grave.as_str())))
}

/// Yes or no.
pub(crate) fn yes_no(text: &str) -> Option<Read> {
    let yes = YES.at_start(text).map(|end| Read::new(0..end, YesNo::Yes.as_str()));
    yes.or_else(|| NO.at_start(text).map(|end| Read::new(0..end, YesNo::No.as_str())))
}

/// What was done with the medicine.
pub(crate) fn action(text: &str) -> Option<Read> {
    let rows: [(&Pattern, AccionTomada); 4] = [
        (&WITHDRAWN, AccionTomada::Retirado),
        (&REDUCED, AccionTomada::DosisReducida),
        (&INCREASED, AccionTomada::DosisAumentada),
        (&UNCHANGED, AccionTomada::DosisNoModificada),
    ];
    let mut found = rows.into_iter().filter_map(|(pattern, value)| first(pattern, text, value.as_str()));
    let read = found.next()?;
    found.next().is_none().then_some(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Folded;

    #[test]
    fn outcomes_are_told_in_many_words() {
        for (text, expected) in [
            ("recuperado", "Recuperado"),
            ("Recuperada sin secuelas", "Recuperado"),
            ("resuelto", "Recuperado"),
            ("ya está bien", "Recuperado"),
            ("SIN RESOLVER", "No recuperado"),
            ("no recuperado", "No recuperado"),
            ("sigue igual", "No recuperado"),
            ("persiste", "No recuperado"),
            ("en recuperación", "En recuperación"),
            ("va mejorando poco a poco", "En recuperación"),
            ("todavía cojeo pero va cediendo", "En recuperación"),
            ("falleció ayer", "Mortal"),
            ("recuperado con secuelas", "Recuperado con secuelas"),
            ("em recuperação", "En recuperación"),
            ("fully recovered", "Recuperado"),
            ("not recovered", "No recuperado"),
            ("casi fallece", ""),
            ("asintomática", "Recuperado"),
        ] {
            assert_eq!(outcome(&Folded::new(text).text).map(|read| read.value).unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn seriousness_is_told_by_its_criteria_and_by_name() {
        for (text, asked, expected) in [
            ("no", true, "No grave"),
            ("No, nada de eso", true, "No grave"),
            ("Sí, dos noches", true, "Grave"),
            ("no serio", true, "No grave"),
            ("lo hospitalizaron 3 días", false, "Grave"),
            ("no fue grave", false, "No grave"),
            ("estuvo en UCI", false, "Grave"),
            ("no la internaron", true, "No grave"),
            ("no la internaron", false, ""),
            ("leve", true, "No grave"),
            ("grave", true, "Grave"),
            ("no fue hospitalizado", true, "No grave"),
        ] {
            assert_eq!(seriousness(&Folded::new(text).text, asked).map(|read| read.value).unwrap_or_default(), expected, "{text} {asked}");
        }
    }

    #[test]
    fn sex_is_told_once() {
        assert_eq!(sex("mujer").map(|read| read.value), Some("Femenino".into()));
        assert_eq!(sex("m").map(|read| read.value), Some("Masculino".into()));
        assert_eq!(sex("hombre o mujer"), None);
    }
}
