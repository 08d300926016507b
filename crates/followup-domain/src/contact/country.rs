//! The country whose numbering plan reads national numbers.

use std::{fmt, str::FromStr};

use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

use super::ContactError;

/// An ISO 3166-1 alpha-2 country that has a numbering plan. The default is Peru.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country(Region);

impl Country {
    /// Peru, the default of an organisation.
    pub const PERU: Self = Self(Region::PE);

    /// Reads a two-letter code in either case, with or without surrounding blanks.
    ///
    /// # Errors
    /// [`ContactError::Country`] when the code is not that of a country with a numbering plan.
    pub fn parse(code: &str) -> Result<Self, ContactError> {
        let region = Region::from_code(code.trim()).map_err(|_| ContactError::Country)?;
        // `World` (001) and unassigned letter pairs are regions to the library, but not countries.
        let known = region != Region::World && PHONE_NUMBER_UTIL.get_country_code_for_region(region).is_some();
        if known { Ok(Self(region)) } else { Err(ContactError::Country) }
    }

    pub(super) fn region(self) -> Region {
        self.0
    }
}

impl Default for Country {
    fn default() -> Self {
        Self::PERU
    }
}

impl fmt::Display for Country {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.as_region_str())
    }
}

impl FromStr for Country {
    type Err = ContactError;

    fn from_str(code: &str) -> Result<Self, ContactError> {
        Self::parse(code)
    }
}
