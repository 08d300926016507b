//! Of whom a reply speaks. A value of somebody else must not become the patient's.

use std::ops::Range;

use crate::pattern::patterns;

patterns! {
    PERSON = concat!(
        r"\b(?:(?P<other>{other_person})|(?P<writer>soy (?:la |el |su )?(?:{relative})|yo soy (?:la |el |su )?(?:{relative}))|(?P<of>(?:la|el|su|una?) (?:{relative}) (?:de la|del|de mi|de) (?:{patient}|[a-z]+))|(?P<mine>el mio|la mia|mi (?:pobre |hermos[oa] )?(?:{patient}))|",
        r"(?P<relative>(?:(?P<my>mi|mis|meu|minha|my|nuestr[oa]) )(?:{relative})|(?:(?:su|la|el|sus|una?|del|al|de|her|his|the|otr[oa]|como) )(?:{relative})|{parent})|",
        r"(?P<professional>{professional})|(?P<first>{first_person})|(?P<patient>{patient}))\b"
    );
    PATIENT_AT_END = r"\b(?:{patient})$";
    LAST_WORD = r"([a-z]+)$";
    IS_PATIENT_WORD = r"^(?:{patient})$";
    /// The reporter cares for patients.
    CARER = r"\b(?:ejerzo|mi consultorio|mis pacientes|mi servicio|estoy de (?:guardia|turno)|mi turno|soy .{0,20}\b(?:y|e) (?:{professional}|medic[oa])\b|soy (?:la |el |un |una )?(?:{professional}|{occupation})|(?:cmp|rne|cqfp|cep|cop|colegiatura|rm|mn|ced\. prof|crm) ?[:.n]|mi paciente|(?:la|el|un|una) (?:{patient})\b.{0,40}\b(?:ingreso|acudio|presento|recibio))";
    SEVERAL = r"\b(?:(?:tuvo|dio a luz|nacio) (?:a )?su (?:bebe|bb|hij[oa]|nin[oa])|(?:hij[oa]|herman[oa]|nin[oa]) (?:mayor|menor)|y (?:al|a la|el|la) (?:menor|mayor|otr[oa])|mis (?:hij[oa]s|nin[oa]s|bebes|padres|papas|abuelos)|(?:mama|papa|madre|padre|abuel[oa]|tia) de [a-z]+ (?:y|e) [a-z]+|(?:los|las) [234](?: (?:ninos|ninas|hijos|hijas|herman\w+|pacientes|bebes)|,| (?:se |nos |lo |la )?(?:tom\w+|us\w+|recib\w+|pusieron|tuv\w+|tien\w+))|l[oa]s (?:gemel|melliz)[oa]s|ambos (?:pacientes|ninos)|2 pacientes|3 pacientes|varios pacientes|(?:primer|segundo|otro|otra) (?:paciente|caso))\b";
    WHO_IT_WAS = r"\b(?:fue (?:a )?mi|el que se puso mal fue mi|la que se puso mal fue mi|caso de mi|por mi|sobre mi|es mi|era mi|de mi) ({relative})\b";
    /// The relative takes it, has the age, is ill.
    OF_RELATIVE = r"\b(?:mi|meu|minha|my) ({relative}),? (?:de [0-9]|[0-9]+ anos|tiene|tenia|pesa|pesaba|toma|tomo|tomaba|usa|usaba|recibio|esta|sufre|se puso|presento|tuvo|se broto|se hincho|se intoxico|es (?:hombre|mujer|varon|diabetic|hipertens)|le (?:dio|dieron|salio|salieron|empezo|pusieron|aplicaron|recetaron|damos)|tem|toma|is|was|took|takes|weighs)";
    WRITER_TAKES = r"\b(?:yo|eu|i) (?:tomo|tome|uso|use|me|took|take|tomei)\b";
    ALSO = r"\b(?:tambien|lo mismo|igual que)\b";
    THAT_WHO = r"\b(?:la|el|los|las) que (?:pesa|tiene|tenia|pesaba|toma|tomo)\b[^,;.]{0,12}$";
}

/// Farther than this nobody is still spoken of.
const NEAR: usize = 240;

/// Whom a mention speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Patient,
    /// Somebody's mother, son, …: by the word.
    Relative,
    /// Who writes.
    Writer,
    /// A doctor, a nurse.
    Professional,
    /// Another patient, a neighbour.
    Other,
}

#[derive(Debug, Clone)]
struct Mention {
    at: usize,
    kind: Kind,
    word: String,
}

/// Everybody of whom a reply speaks.
#[derive(Debug)]
pub(crate) struct People {
    mentions: Vec<Mention>,
    /// The relative who is the patient.
    relative: Option<String>,
    /// Nobody can say who the patient is.
    several: bool,
    /// The reporter is the patient, or nobody says otherwise.
    writer_is_patient: bool,
}

impl People {
    /// Looks at the reporter's own words, without the signature. `professional`: the signature names a profession.
    pub(crate) fn new(text: &str, own: &[Range<usize>], professional: bool) -> Self {
        let mut mentions = Vec::new();
        let (mut mine, mut named, mut has_patient, mut carer) = (Vec::new(), None, false, professional);
        let (mut several, mut told) = (false, None);
        for range in own {
            let piece = &text[range.clone()];
            carer |= CARER.regex().is_match(piece);
            several |= SEVERAL.regex().is_match(piece);
            if named.is_none() {
                named = WHO_IT_WAS.regex().captures(piece).and_then(|captures| captures.get(1)).map(|word| word.as_str().to_owned());
            }
            if told.is_none() && !ALSO.regex().is_match(piece) && !WRITER_TAKES.regex().is_match(piece) {
                told = OF_RELATIVE.regex().captures(piece).and_then(|captures| captures.get(1)).map(|word| word.as_str().to_owned());
            }
            for captures in PERSON.regex().captures_iter(piece) {
                let Some(whole) = captures.get(0) else { continue };
                // "La hija de la paciente": the daughter.
                if captures.name("of").is_some() {
                    has_patient |= PATIENT_AT_END.regex().is_match(whole.as_str());
                    mentions.push(Mention { at: range.start + whole.start(), kind: Kind::Relative, word: String::new() });
                    continue;
                }
                let word = LAST_WORD.regex().find(whole.as_str()).map_or_else(String::new, |word| word.as_str().to_owned());
                let kind = if captures.name("other").is_some() {
                    Kind::Other
                } else if captures.name("professional").is_some() {
                    Kind::Professional
                } else if captures.name("writer").is_some() || captures.name("first").is_some() {
                    Kind::Writer
                } else if captures.name("mine").is_some() {
                    has_patient |= true;
                    Kind::Patient
                } else if captures.name("relative").is_some() && !(captures.name("my").is_none() && IS_PATIENT_WORD.regex().is_match(&word))
                {
                    if captures.name("my").is_some() && !mine.contains(&word) {
                        mine.push(word.clone());
                    }
                    Kind::Relative
                } else {
                    has_patient = true;
                    Kind::Patient
                };
                mentions.push(Mention { at: range.start + whole.start(), kind, word });
            }
        }
        let relative = match (named, mine.as_slice()) {
            _ if has_patient => None,
            (Some(word), _) => Some(word),
            // Somebody's uncle who died of something else is no patient: the patient takes it, has the age, is ill.
            (_, [word]) if told.as_ref() == Some(word) => Some(word.clone()),
            _ => None,
        };
        let unclear = !has_patient && relative.is_none() && mine.len() > 1;
        let writer_is_patient = !carer && !has_patient && relative.is_none();
        Self { mentions, relative, several: several || unclear, writer_is_patient }
    }

    /// Whether what stands at `at` is said of the patient; `sentence` is where its sentence begins. `personal`: it is a value of a
    /// person, not of a medicine or an event, so whoever was spoken of last owns it.
    pub(crate) fn is_of_patient(&self, text: &str, at: usize, sentence: usize, personal: bool) -> bool {
        if self.several || THAT_WHO.regex().is_match(&text[sentence.max(at.saturating_sub(60))..at]) {
            return false;
        }
        let index = self.mentions.partition_point(|mention| mention.at < at);
        // "El doctor le recetó 500 mg": who prescribes is not who takes.
        let mut before = self.mentions[..index].iter().rev().filter(|mention| personal || mention.kind != Kind::Professional);
        let Some(last) = before.next() else { return true };
        if last.at >= sentence {
            return self.is_patient(last);
        }
        let near = at - last.at < NEAR;
        match last.kind {
            Kind::Relative if near && personal => self.is_patient(last),
            Kind::Other if near => false,
            _ => true,
        }
    }

    /// Whether the last person spoken of before is the writer, who is not the patient: "tengo 52 años. Peso 60".
    pub(crate) fn is_of_writer(&self, at: usize) -> bool {
        let index = self.mentions.partition_point(|mention| mention.at < at);
        let last = self.mentions[..index].last();
        last.is_some_and(|last| last.kind == Kind::Writer && at - last.at < NEAR) && !self.writer_is_patient
    }

    fn is_patient(&self, mention: &Mention) -> bool {
        match mention.kind {
            Kind::Patient => true,
            Kind::Writer => self.writer_is_patient,
            Kind::Relative => self.relative.as_ref() == Some(&mention.word),
            Kind::Professional | Kind::Other => false,
        }
    }

    /// Whether the reporter is the patient, or nobody says otherwise.
    pub(crate) fn writer_is_patient(&self) -> bool {
        self.writer_is_patient
    }

    /// The word by which the reply calls the patient, where it is a relative or tells the sex.
    pub(crate) fn relative(&self) -> Option<(&str, usize)> {
        let word = self.relative.as_ref().filter(|_| !self.several)?;
        let mention = self.mentions.iter().find(|mention| mention.word == *word)?;
        Some((word, mention.at))
    }

    pub(crate) fn are_several(&self) -> bool {
        self.several
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Folded;

    fn of_patient(text: &str, value: &str) -> bool {
        let folded = Folded::new(text).text;
        let people = People::new(&folded, std::slice::from_ref(&(0..folded.len())), false);
        let at = folded.find(value).unwrap();
        let sentence = folded[..at].rfind(". ").map_or(0, |stop| stop + 2);
        people.is_of_patient(&folded, at, sentence, true)
    }

    #[test]
    fn values_of_others_are_known_as_such() {
        for (text, value, expected) in [
            ("La paciente pesa 68 kg, su mamá pesa 80", "68", true),
            ("La paciente pesa 68 kg, su mamá pesa 80", "80", false),
            ("mi mamá pesa 60", "60", true),
            ("la doctora tiene 45 años", "45", false),
            ("tengo 58 años", "58", true),
            ("el paciente está bien, yo tengo 58 años", "58", false),
            ("soy médico y tengo 58 años", "58", false),
            ("yo soy la hija y tengo 52 años, mi mamá tiene 84", "52", false),
            ("yo soy la hija y tengo 52 años, mi mamá tiene 84", "84", true),
            ("mi hijo pesa 20 y mi hija pesa 30", "30", false),
            ("soy la mamá de Ana y Luis, pesa 20", "20", false),
            ("el niño pesa 19", "19", true),
            ("su hermanito de 5 años también tomó", "5", false),
        ] {
            assert_eq!(of_patient(text, value), expected, "{text}: {value}");
        }
    }
}
