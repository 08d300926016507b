//! The titles that stand before or behind a name, as people write them in Spanish and Portuguese.

use super::Gender;
use super::Gender::{Feminine, Masculine};

/// A title: in which forms people write it, how a letter writes it, and whether it tells the gender.
#[derive(Debug)]
pub(super) struct Title {
    /// Folded, without stops; of several words, with one blank between them.
    pub(super) forms: &'static [&'static str],
    /// In a letter.
    pub(super) written: &'static str,
    /// What it tells.
    pub(super) gender: Option<Gender>,
    /// Of several, the first of these is written: a doctorate before a profession, a profession before a courtesy.
    pub(super) rank: Rank,
}

/// Which of several titles is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Doctor,
    Professor,
    Profession,
    Degree,
    Courtesy,
    /// Tells at most the gender.
    Unwritten,
}

use Rank::{Courtesy, Degree, Doctor, Profession, Professor, Unwritten};

macro_rules! titles {
    ($($written:literal $rank:ident $gender:expr => $($form:literal)+;)+) => {
        pub(super) static TITLES: &[Title] = &[$(Title { forms: &[$($form),+], written: $written, gender: $gender, rank: $rank }),+];
    };
}

titles! {
    "Dr." Doctor Some(Masculine) => "dr" "doctor" "doutor" "medico" "medico cirujano";
    "Dra." Doctor Some(Feminine) => "dra" "doctora" "doutora" "medica" "medica cirujana";
    "Dr(a)." Doctor None => "dr(a)" "dr/a" "dr/dra" "dra/dr" "doctor(a)" "doctor/a" "md" "mc" "med" "phd" "ph d" "medico(a)";
    "Prof." Professor Some(Masculine) => "profesor" "professor";
    "Profa." Professor Some(Feminine) => "profa" "profesora" "professora";
    "Prof." Professor None => "prof" "prof(a)";
    "Q.F." Profession Some(Masculine) => "quimico farmaceutico" "quimico-farmaceutico";
    "Q.F." Profession Some(Feminine) => "quimica farmaceutica" "quimica-farmaceutica";
    "Q.F." Profession None => "qf" "q f" "quim farm" "quimico(a) farmaceutico(a)";
    "Farm." Profession Some(Masculine) => "farmaceutico";
    "Farm." Profession Some(Feminine) => "farmaceutica";
    "Farm." Profession None => "farm" "farmaceutico(a)";
    "Lic." Profession Some(Masculine) => "licenciado" "lcdo" "licdo";
    "Lic." Profession Some(Feminine) => "licenciada" "lcda" "licda";
    "Lic." Profession None => "lic" "licenciado(a)";
    "Enf." Profession Some(Masculine) => "enfermero" "lic enfermero";
    "Enf." Profession Some(Feminine) => "enfermera" "lic enfermera";
    "Enf." Profession None => "enf" "lic enf" "enfermero(a)";
    "Obst." Profession Some(Feminine) => "obstetriz";
    "Obst." Profession None => "obst" "obstetra";
    "Odont." Profession Some(Masculine) => "odontologo" "cirujano dentista";
    "Odont." Profession Some(Feminine) => "odontologa" "cirujana dentista";
    "Odont." Profession None => "odont" "cd" "c d";
    "Psic." Profession Some(Masculine) => "psicologo";
    "Psic." Profession Some(Feminine) => "psicologa";
    "Psic." Profession None => "psic" "ps";
    "Nut." Profession None => "nut" "nutricionista";
    "T.M." Profession None => "tm" "t m" "tecnologo medico" "tecnologa medica";
    "Téc." Profession Some(Masculine) => "tecnico" "tecnico en farmacia";
    "Téc." Profession Some(Feminine) => "tecnica" "tecnica en farmacia";
    "Téc." Profession None => "tec" "tec farm";
    "Blgo." Profession Some(Masculine) => "blgo" "biologo";
    "Blga." Profession Some(Feminine) => "blga" "biologa";
    "M.V." Profession None => "mv" "m v" "mvz";
    "Ing." Profession Some(Masculine) => "ingeniero";
    "Ing." Profession Some(Feminine) => "ingeniera";
    "Ing." Profession None => "ing";
    "Mg." Degree None => "mg" "mag" "mgtr" "mgter" "mgs" "mgt" "msc" "m sc" "magister";
    "Bach." Degree None => "bach" "bachiller";
    "Sr." Courtesy Some(Masculine) => "sr" "senor" "senhor" "mr";
    "Sra." Courtesy Some(Feminine) => "sra" "senora" "senhora" "mrs" "ms";
    "Srta." Courtesy Some(Feminine) => "srta" "senorita" "miss";
    "Sr(a)." Courtesy None => "sr(a)" "sr/a" "sr/sra" "sra/sr" "senor(a)" "senor/a";
    "" Unwritten Some(Masculine) => "don";
    "" Unwritten Some(Feminine) => "dona" "dna";
    "" Unwritten None => "esp" "especialista" "est" "int" "res" "mr(a)";
}

/// Titles that also stand behind a name, without a comma.
pub(super) const BEHIND: &[&str] = &["dr", "dra", "md", "mc", "phd", "qf", "msc", "mg", "lic", "enf", "obst", "cd", "mv", "tm", "esp"];
