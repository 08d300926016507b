//! Why a file that came with a message is not there.

use followup_domain::message::Absence;

/// In a sentence that stands beside the file's name.
pub fn absent(why: Absence) -> &'static str {
    match why {
        Absence::Waiting => "Aún se está recuperando del proveedor; vuelva a intentarlo en unos minutos",
        Absence::Expired => "El proveedor ya no lo tiene: pida al remitente que lo envíe de nuevo",
        Absence::TooLarge => "Es demasiado grande para recuperarlo (más de 40 MB): pida al remitente que lo envíe por otro medio",
        Absence::Foreign => "El aviso lo sitúa fuera de los servidores del proveedor; no se recuperó",
        Absence::Altered => "Lo que el proveedor entregó no es el archivo que anunció; pida al remitente que lo envíe de nuevo",
        Absence::Unreachable => "El proveedor no lo entregó en varios días: pida al remitente que lo envíe de nuevo",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_absence_has_its_own_words() {
        let words: std::collections::BTreeSet<&str> = Absence::ALL.iter().map(|why| absent(*why)).collect();
        assert_eq!(words.len(), Absence::ALL.len());
        assert!(!words.contains(""));
    }
}
