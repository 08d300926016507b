//! What is not told in sentences: "el lote no lo sé", "el peso se lo paso mañana", "no voy a dar datos".

use super::{Place, Prose};
use crate::draft::Draft;
use crate::field::{Field, Kind, Target};
use crate::pattern::patterns;
use crate::proposal::{Class, State};
use crate::segment::asked;
use crate::states;

patterns! {
    /// Everything that was asked.
    ALL_WITHHELD = r"\b(?:dar|compartir|brindar|proporcionar|entregar|decir|responder|informar) (?:mas |ningun(?:os)? |mis |sus |los |estos |esos |ese tipo de )?(?:datos?|informacion|nada)\b|\b(?:no (?:quiero|deseo|voy a)) (?:responder|participar)\b";
    ALL_LATER = r"\b(?:respondo|responde|respondere|contesto|contestare|escribo|envio|enviare|mando|mandare|completo)(?: con calma| luego| despues| manana)* (?:todo|todos los datos|la informacion(?: completa)?|los datos)\b";
    ALL_UNKNOWN = r"\b(?:(?:las |lo )?demas(?: cosas)?|el resto|lo otro|de todo lo demas)\b";
    OUTCOME = r"\b(?:evolucion|desenlace|estado actual|outcome|desfecho)\b";
    A_DATE = r"\b(?:fecha|data|date)\b";
    ASKED = r"\b(?:a|con) (?:la|el|mi|su|sus|los|las) (?:{relative}|{professional}|familia|familiares)\b";
    /// "No se ve bien, creo que dice 7A21".
    GUESSED = r"\b(?:dice|parece|creo (?:que|q)|podria ser)\b.{0,20}[0-9]";
}

/// Reads a sentence; `before`: where the drafts of this sentence begin.
pub(super) fn read(prose: &Prose<'_>, place: &Place<'_>, before: usize, drafts: &mut Vec<Draft>) {
    let sentence = &place.sentence;
    if sentence.text.len() > 600 {
        return;
    }
    let Some((state, at)) = states::of_sentence(sentence.text) else { return };
    let range = sentence.range.start + at.start..sentence.range.start + at.end;
    let context = prose.reading.context;
    let all = match state {
        State::Withheld => ALL_WITHHELD.regex().is_match(sentence.text),
        State::Later => ALL_LATER.regex().is_match(sentence.text),
        _ => ALL_UNKNOWN.regex().is_match(sentence.text),
    };
    let named = named(prose, place);
    let targets: Vec<Target> = if named.is_empty() && all { context.asked.clone() } else { named };
    let rule = if all { "said.all" } else { "said.field" };
    for target in targets {
        // What the sentence tells all the same is no state.
        let answered = drafts[before..].iter().any(|draft| draft.proposal.target == target && draft.proposal.state == State::Answered);
        let dated =
            state != State::Later && target.field.kind() == Kind::Date && !prose.reading.dates_in(sentence.range.clone()).is_empty();
        let dated = dated || all && state == State::Unknown && target.field.kind() == Kind::Date && !prose.reading.dates.is_empty();
        let weighed = target.field == Field::Weight && sentence.text.bytes().any(|byte| byte.is_ascii_digit());
        let guessed = target.field == Field::Lot && GUESSED.regex().is_match(sentence.text);
        if !answered && !dated && !weighed && !guessed {
            drafts.push(prose.reading.state(target, state, range.clone(), Class::C, rule));
        }
    }
}

/// The fields that the sentence names, of those that were asked; of the batch also where it was not.
fn named(prose: &Prose<'_>, place: &Place<'_>) -> Vec<Target> {
    let sentence = &place.sentence;
    let products = prose.reading.products;
    let mentions = products.mentions(sentence.text);
    // "Le preguntaré a la mamá cuánto pesa": who is asked is not whose weight it is.
    let text = ASKED.regex().replace_all(sentence.text, " ");
    let asked = asked::read(&text, false);
    let context = prose.reading.context;
    let mut targets = Vec::new();
    for field in asked.fields {
        if field == Field::Outcome && !OUTCOME.regex().is_match(sentence.text) {
            continue;
        }
        // Words of these fields stand in sentences about other things.
        if matches!(
            field,
            Field::Event
                | Field::Seriousness
                | Field::ProductName
                | Field::Pregnancy
                | Field::Sex
                | Field::History
                | Field::Indication
                | Field::Tests
        ) {
            continue;
        }
        let of_field = context.asked.iter().filter(|target| target.field == field);
        if field.is_of_product() && !mentions.is_empty() {
            targets.extend(of_field.copied().filter(|target| mentions.iter().any(|mention| Some(mention.product) == target.product)));
        } else {
            targets.extend(of_field.copied());
        }
    }
    // "La fecha se la confirmo": the only date that was asked.
    let mut dates = context.asked.iter().filter(|target| target.field.kind() == Kind::Date);
    let only = dates.next().filter(|_| dates.next().is_none());
    if let Some(date) = only.filter(|date| !targets.contains(date) && A_DATE.regex().is_match(sentence.text)) {
        targets.push(*date);
    }
    targets
}
