//! Whether a product is a biological or a vaccine, by what it is called (GVP P.II: batch and brand of a biological are always asked for).

mod words;

use crate::text::fold;

use super::Product;

/// What a product is made of, as far as its traceability goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A small molecule, or nothing tells.
    Ordinary,
    /// Made by living things: antibodies, insulins, sera, blood products, enzymes.
    Biological,
    /// A vaccine.
    Vaccine,
}

impl Origin {
    /// Whether each batch is to be traced.
    pub fn is_traced(self) -> bool {
        self != Self::Ordinary
    }
}

/// How a row of the table is found in a name, whose words are folded: lower case, no accents.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sign {
    /// These words, one after the other.
    Words(Vec<String>),
    /// The name begins with these words: further behind, a disease is what a product is given for.
    First(Vec<String>),
    /// A word that begins so.
    Begins(String),
    /// A word that ends so, with at least so many letters before.
    Ends(String, usize),
}

impl Sign {
    /// `antitetanica`, `triple viral`, `^influenza` (the name begins so), `vacuna*`, `***mab` (a star for each letter that must stand before).
    fn read(text: &str) -> Option<Self> {
        let (is_first, text) = text.strip_prefix('^').map_or((false, text), |text| (true, text));
        let before = text.chars().take_while(|character| *character == '*').count();
        let text = &text[before..];
        let (begins, text) = text.strip_suffix('*').map_or((false, text), |text| (true, text));
        let folded = fold(text);
        let words: Vec<String> = words_of(&folded).map(str::to_owned).collect();
        let only = words.first().filter(|_| !text.contains(['*', '^']))?.clone();
        Some(match (is_first, before, begins, words.len()) {
            (true, 0, false, _) => Self::First(words),
            (false, 0, true, 1) => Self::Begins(only),
            (false, 1.., false, 1) => Self::Ends(only, before),
            (false, 0, false, _) => Self::Words(words),
            _ => return None,
        })
    }

    fn is_in(&self, name: &[&str]) -> bool {
        match self {
            Self::Words(words) => name.windows(words.len()).any(|window| window.iter().zip(words).all(|(a, b)| a == b)),
            Self::First(words) => name.len() >= words.len() && name.iter().zip(words).all(|(a, b)| a == b),
            Self::Begins(start) => name.iter().any(|word| word.starts_with(start.as_str())),
            Self::Ends(end, before) => {
                name.iter().any(|word| word.strip_suffix(end.as_str()).is_some_and(|stem| stem.chars().count() >= *before))
            }
        }
    }
}

/// The unit's own rows, which go before the built-in ones.
///
/// ```
/// use followup_domain::case::origin::{Origin, OriginTable};
///
/// let table = OriginTable::parse("vacuna: Tetrabio\nnormal: Concizumab de prueba\n").unwrap();
/// assert_eq!(table.of_name("TETRABIO 0,5 mL"), Origin::Vaccine);
/// assert_eq!(table.of_name("adalimumab"), Origin::Biological);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OriginTable {
    rows: Vec<(Sign, Origin)>,
}

/// A line of a unit's table that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line}: expected `vacuna:`, `biologico:` or `normal:` and a name, as `vacuna: Tetrabio`, `biologico: insulin*` or `biologico: ***mab`"
)]
pub struct InvalidOriginLine {
    /// Its number, from 1.
    pub line: usize,
}

impl OriginTable {
    /// Reads a table: one row a line, `vacuna:`, `biologico:` or `normal:` and a name; `#` begins a comment. The first row that fits decides.
    ///
    /// # Errors
    /// The first line that is no row.
    pub fn parse(text: &str) -> Result<Self, InvalidOriginLine> {
        let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.split('#').next().unwrap_or_default().trim()));
        let rows = lines.filter(|(_, line)| !line.is_empty()).map(|(line, row)| read_row(row).ok_or(InvalidOriginLine { line }));
        Ok(Self { rows: rows.collect::<Result<_, _>>()? })
    }

    /// What a product is, as the unit marked it; unmarked, as its name, its ingredient or its form says.
    pub fn of(&self, product: &Product) -> Origin {
        let names = [&product.nombre_producto, &product.ifa, &product.forma_farmaceutica].into_iter().flatten();
        let own = names.clone().find_map(|name| self.own(name));
        let named = own.or_else(|| names.map(|name| built_in(name)).find(|origin| origin.is_traced())).filter(|origin| origin.is_traced());
        match product.es_biologico {
            Some(false) => Origin::Ordinary,
            Some(true) => named.unwrap_or(Origin::Biological),
            None => named.unwrap_or(Origin::Ordinary),
        }
    }

    /// What a name says.
    pub fn of_name(&self, name: &str) -> Origin {
        self.own(name).unwrap_or_else(|| built_in(name))
    }

    /// What the unit's own rows say of a name.
    fn own(&self, name: &str) -> Option<Origin> {
        first_in(&self.rows, name)
    }
}

fn built_in(name: &str) -> Origin {
    first_in(&words::BUILT_IN, name).unwrap_or(Origin::Ordinary)
}

fn first_in(rows: &[(Sign, Origin)], name: &str) -> Option<Origin> {
    let folded = fold(name);
    let name: Vec<&str> = words_of(&folded).collect();
    rows.iter().find(|(sign, _)| sign.is_in(&name)).map(|(_, origin)| *origin)
}

fn read_row(row: &str) -> Option<(Sign, Origin)> {
    let (kind, name) = row.split_once(':')?;
    let origin = match fold(kind).as_str() {
        "vacuna" => Origin::Vaccine,
        "biologico" => Origin::Biological,
        "normal" => Origin::Ordinary,
        _ => return None,
    };
    Some((Sign::read(name.trim())?, origin))
}

fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(names: &[&str], origin: Origin) {
        let table = OriginTable::default();
        let wrong: Vec<_> = names.iter().map(|name| (*name, table.of_name(name))).filter(|(_, found)| *found != origin).collect();
        assert!(wrong.is_empty(), "not {origin:?}: {wrong:?}");
    }

    #[test]
    fn vaccines_are_known_by_word_antigen_abbreviation_and_brand() {
        all(
            &[
                "Vacuna contra la influenza",
                "VACUNAS HEPATITIS B",
                "BCG",
                "B.C.G. liofilizada",
                "DPT",
                "DTPa",
                "Tdap",
                "SPR",
                "SRP",
                "MMR",
                "Pentavalente",
                "Hexavalente (Hexaxim)",
                "antirrábica",
                "Antitetánica 0.5 ml",
                "vacuna antiamarílica",
                "Comirnaty",
                "Gardasil 9",
                "Prevenar 13",
                "PREVENAR13",
                "Sputnik V",
                "Vaxzevria (AstraZeneca)",
                "CoronaVac",
                "COVID-19 Pfizer",
                "toxoide tetánico y diftérico",
                "VPH",
                "HPV",
                "Rotarix",
                "neumococo conjugada 13 valente",
                "Fiebre amarilla",
                "Triple viral",
                "IPV",
                "anti polio oral",
                "Influvac Tetra",
                "Engerix-B",
                "Euvax B",
                "Bexsero",
                "Menactra",
                "Boostrix",
                "Abdala",
                "Soberana 02",
                "Dengvaxia",
                "Qdenga",
                "Vaxigrip",
                "hepatitis A pediátrica",
                "varicela",
                "Twinrix adulto",
                "Verorab",
                "Polio oral",
                "Td adultos",
                "Difteria y tétanos",
                "Pneumo 23",
                "Anti influenza",
            ],
            Origin::Vaccine,
        );
    }

    #[test]
    fn biologicals_are_known_by_stem_class_and_brand() {
        all(
            &[
                "Adalimumab 40 mg",
                "infliximab",
                "Trastuzumab deruxtecán",
                "pembrolizumab",
                "Etanercept",
                "aflibercept",
                "Insulina glargina",
                "insulin lispro",
                "Lantus SoloStar",
                "NovoRapid",
                "NPH 100 UI/ml",
                "heparina sódica",
                "Enoxaparina 40 mg",
                "Clexane",
                "Inmunoglobulina anti-D",
                "gammaglobulina",
                "Immunoglobulin G",
                "suero antiofídico",
                "Suero antirrábico",
                "suero antitetánico equino",
                "antiveneno botrópico",
                "antitoxina diftérica",
                "toxina botulínica tipo A",
                "Botox",
                "Filgrastim",
                "pegfilgrastim",
                "Epoetina alfa",
                "eritropoyetina",
                "Interferón beta-1a",
                "peginterferon alfa-2a",
                "Humira",
                "MabThera",
                "Herceptin",
                "Keytruda",
                "Enbrel",
                "Remicade",
                "alteplasa",
                "Imiglucerasa",
                "agalsidase beta",
                "factor VIII",
                "Factor antihemofílico",
                "albúmina humana 20%",
                "somatropina",
                "folitropina alfa",
                "L-asparaginasa",
                "anakinra",
                "octocog alfa",
                "tisagenlecleucel",
                "Rho(D) immune globulin",
                "globulina antitimocítica",
                "Prolia",
                "denosumab",
                "dulaglutida y semaglutida con ranibizumab",
                "inmunoglobulina antihepatitis B",
                "inmunoglobulina antirrábica",
                "Estreptoquinasa",
                "tocilizumab (Actemra)",
                "Eprex 4000",
                "Neupogen",
                "NovoMix 30",
                "Mixtard",
                "Insuman Rapid",
                "Abasaglar",
                "Lyumjev",
                "Antivipmyn",
                "Alacramyn",
                "suero antilonómico",
                "Antitetánico 1500 UI",
                "Antirrábico equino",
                "Trulicity",
                "dulaglutida",
                "olipudasa alfa",
                "asfotasa alfa",
                "sebelipasa",
            ],
            Origin::Biological,
        );
    }

    #[test]
    fn what_only_sounds_so_is_ordinary() {
        all(
            &[
                "Paracetamol",
                "Amoxicilina/ácido clavulánico",
                "Antigripal forte",
                "Diclofenaco SR",
                "suero fisiológico",
                "suero oral",
                "Suero glucosado 5%",
                "Concept",
                "Antituberculosos",
                "rifampicina",
                "Ibuprofeno 400",
                "Metformina XR",
                "Antiinflamatorio",
                "Aciclovir (varicela zóster)",
                "Tenofovir para hepatitis B",
                "Paxlovid (COVID-19)",
                "Ribavirina para hepatitis C",
                "Isoleucina",
                "CellCept 500 mg",
                "Micocept",
                "Antimonio pentavalente",
                "Antimonial pentavalente (Glucantime)",
                "Plasma-Lyte 148",
                "Sustituto del plasma",
                "Tamiflu (influenza)",
                "Anaferon",
                "Imiquimod VPH",
                "Salbutamol SPR",
                "Intercept",
                "antipolvo",
                "Lamab",
                "Cep",
                "Heparmin",
                "Factor de protección solar 50",
                "Vacuómetro",
                "Sofosbuvir",
                "Oseltamivir",
                "Insulintester",
                "albendazol",
                "lidocaína",
                "Interflon",
                "Accept",
                "vitamina B12",
                "DT",
                "Sabinol",
                "Salbutamol inhalador",
                "clopidogrel",
                "",
                "123",
                "¿?",
            ],
            Origin::Ordinary,
        );
    }

    #[test]
    fn the_units_mark_wins_over_the_name_and_its_rows_over_the_built_in_ones() {
        let product = |name: &str, mark| Product { nombre_producto: Some(name.into()), es_biologico: mark, ..Product::default() };
        let table = OriginTable::default();
        assert_eq!(table.of(&product("Humira", Some(false))), Origin::Ordinary);
        assert_eq!(table.of(&product("Zutectra X", Some(true))), Origin::Biological);
        assert_eq!(table.of(&product("BCG", Some(true))), Origin::Vaccine);
        let ingredient = Product { ifa: Some("Rituximab".into()), ..product("Novex", None) };
        assert_eq!(table.of(&ingredient), Origin::Biological);
        let own =
            OriginTable::parse("# de la unidad\nnormal: BCG intravesical\nbiologico: Zutec* # marca\nvacuna: doble bacteriana").unwrap();
        assert_eq!(own.of_name("BCG intravesical"), Origin::Ordinary);
        assert_eq!(own.of_name("BCG"), Origin::Vaccine);
        assert_eq!(own.of_name("ZUTECTRA"), Origin::Biological);
        assert_eq!(own.of_name("Doble bacteriana"), Origin::Vaccine);
        // A row of the unit decides for the product, whatever its ingredient is called.
        let bladder = Product { ifa: Some("BCG".into()), ..product("OncoTICE", None) };
        assert_eq!(table.of(&bladder), Origin::Vaccine);
        assert_eq!(OriginTable::parse("normal: OncoTICE").unwrap().of(&bladder), Origin::Ordinary);
    }

    #[test]
    fn a_line_that_is_no_row_is_told_by_its_number() {
        for (text, line) in [
            ("vacuna: BCG\nbiologico insulina", 2),
            ("sangre: x", 1),
            ("vacuna:", 1),
            ("\n\nvacuna: ***dos palabras", 3),
            ("vacuna: *x*", 1),
            ("vacuna: ^", 1),
            ("vacuna: abc*def", 1),
            ("vacuna: x ^y", 1),
            ("vacuna: *", 1),
        ] {
            assert_eq!(OriginTable::parse(text), Err(InvalidOriginLine { line }), "{text:?}");
        }
    }

    #[test]
    fn every_built_in_row_can_be_found() {
        assert!(words::BUILT_IN.len() > 300, "rows that cannot be read are left out");
        assert_eq!(words::BUILT_IN.len(), words::TEXTS.iter().map(|(_, names)| names.split(',').count()).sum::<usize>());
    }
}
