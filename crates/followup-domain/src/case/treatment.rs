//! What was done with a product once the event was there, in E2B(R3)'s codes.

use std::fmt;

use super::values::{InvalidValue, coded_values};
use crate::text::fold;

coded_values! {
    /// What was done with the product because of the event (E2B(R3) G.k.8).
    AccionTomada {
        /// Code 1.
        Retirado = "Retirado" accepts ["retirada", "se retiro", "suspendido", "suspendida", "se suspendio", "descontinuado", "drug withdrawn", "withdrawn"],
        /// Code 2.
        DosisReducida = "Dosis reducida" accepts ["se redujo la dosis", "reduccion de dosis", "dose reduced"],
        /// Code 3.
        DosisAumentada = "Dosis aumentada" accepts ["se aumento la dosis", "aumento de dosis", "dose increased"],
        /// Code 4.
        DosisNoModificada = "Dosis no modificada" accepts ["sin cambios", "sin cambio", "continua", "continua igual", "dose not changed"],
        /// Code 9: the treatment was over, or the patient died before.
        NoCorresponde = "No corresponde" accepts ["no aplica", "no procede", "not applicable"],
        /// Code 0: counts as missing.
        Desconocido = "Desconocido" accepts ["unknown"],
    }
}

impl AccionTomada {
    /// The E2B(R3) G.k.8 code.
    pub fn e2b_code(self) -> u8 {
        match self {
            Self::Retirado => 1,
            Self::DosisReducida => 2,
            Self::DosisAumentada => 3,
            Self::DosisNoModificada => 4,
            Self::NoCorresponde => 9,
            Self::Desconocido => 0,
        }
    }
}

coded_values! {
    /// Whether the product was given again, and what became of it (E2B(R3) G.k.9.i.4).
    Reexposicion {
        /// Code 1: given again, and the event came back.
        Reaparecio = "Reapareció" accepts ["si, reaparecio", "si reaparecio", "yes - yes"],
        /// Code 2: given again, and it did not.
        NoReaparecio = "No reapareció" accepts ["si, no reaparecio", "si no reaparecio", "yes - no"],
        /// Code 3: given again, and nobody knows.
        SinResultado = "Resultado desconocido" accepts ["si, resultado desconocido", "yes - unknown"],
        /// Code 4: not given again.
        NoHubo = "No se readministró" accepts ["no", "no hubo", "no se volvio a administrar", "no hubo reexposicion", "no - n/a"],
    }
}

impl Reexposicion {
    /// The E2B(R3) G.k.9.i.4 code.
    pub fn e2b_code(self) -> u8 {
        match self {
            Self::Reaparecio => 1,
            Self::NoReaparecio => 2,
            Self::SinResultado => 3,
            Self::NoHubo => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_stored_in_one_spelling_with_its_code() {
        for (text, stored, code) in [
            ("SUSPENDIDO", "Retirado", 1),
            ("se redujo la dosis", "Dosis reducida", 2),
            ("Dosis aumentada", "Dosis aumentada", 3),
            ("sin cambios", "Dosis no modificada", 4),
            ("No aplica", "No corresponde", 9),
            ("desconocido", "Desconocido", 0),
        ] {
            let action = AccionTomada::parse(text).unwrap();
            assert_eq!((action.as_str(), action.e2b_code()), (stored, code), "{text}");
        }
        for (text, code) in [("Si, reaparecio", 1), ("no reapareció", 2), ("sí, resultado desconocido", 3), ("No", 4)] {
            assert_eq!(Reexposicion::parse(text).unwrap().e2b_code(), code, "{text}");
        }
        assert!(AccionTomada::parse("se le dio agua").is_err() && Reexposicion::parse("sí").is_err());
    }
}
