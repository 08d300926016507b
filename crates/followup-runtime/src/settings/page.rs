//! The page where the unit works.

use clap::Args;

use super::SettingError;
use super::check::given;
use super::http::origins;

/// Where people open the page, and who may frame it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "HTTP")]
pub struct PageSettings {
    /// Address at which people open the page, as in `https://fv.hospital.example`: with https, sessions are bound to it. Unset: plain HTTP, for
    /// this machine alone.
    #[arg(long, env = "PAGE_URL")]
    pub page_url: Option<String>,
    /// Origins, separated by commas, whose pages may frame the follow-up of a case and sign their user in by a token. Unset: none.
    #[arg(long, env = "PAGE_FRAMED_BY")]
    pub page_framed_by: Option<String>,
}

/// The checked [`PageSettings`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageConfig {
    /// The origin at which people open the page, as browsers write one (RFC 6454 §6.2).
    pub origin: Option<String>,
    /// Whose pages may frame it, the same.
    pub framed_by: Vec<String>,
}

impl PageSettings {
    /// Checks the group.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self) -> Result<PageConfig, SettingError> {
        let mut url = given(self.page_url.as_ref()).map_or(Ok(Vec::new()), |list| origins("PAGE_URL", list))?;
        if url.len() > 1 {
            return Err(SettingError::new("PAGE_URL", "must be one address"));
        }
        let origin = url.pop();
        let framed_by = given(self.page_framed_by.as_ref()).map_or(Ok(Vec::new()), |list| origins("PAGE_FRAMED_BY", list))?;
        if !framed_by.is_empty() && !is_https(origin.as_deref()) {
            return Err(SettingError::new(
                "PAGE_FRAMED_BY",
                "needs PAGE_URL with https: browsers send no session into a frame over plain HTTP",
            ));
        }
        Ok(PageConfig { origin, framed_by })
    }
}

impl PageConfig {
    /// People reach the page by HTTPS.
    pub fn is_https(&self) -> bool {
        is_https(self.origin.as_deref())
    }
}

fn is_https(origin: Option<&str>) -> bool {
    origin.is_some_and(|origin| origin.starts_with("https:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(url: Option<&str>, framed_by: Option<&str>) -> Result<PageConfig, String> {
        let settings = PageSettings { page_url: url.map(Into::into), page_framed_by: framed_by.map(Into::into) };
        settings.resolve().map_err(|error| error.to_string())
    }

    #[test]
    fn a_page_is_framed_by_those_named_and_over_https_alone() {
        assert_eq!(resolved(None, None), Ok(PageConfig { origin: None, framed_by: vec![] }));
        assert!(!resolved(Some("http://127.0.0.1:8080"), None).unwrap().is_https());
        let framed = resolved(Some("https://fv.example.test/"), Some("https://vigia.example.test, https://otro.example.test")).unwrap();
        assert_eq!(framed.framed_by, ["https://vigia.example.test", "https://otro.example.test"]);
        assert!(framed.is_https());
        for (url, framed_by, name) in [
            (Some("fv.example.test"), None, "PAGE_URL"),
            (Some("https://a.test,https://b.test"), None, "PAGE_URL"),
            (Some("https://a.test"), Some("vigia"), "PAGE_FRAMED_BY"),
            (None, Some("https://vigia.example.test"), "PAGE_FRAMED_BY"),
        ] {
            assert!(resolved(url, framed_by).unwrap_err().contains(name), "{url:?} {framed_by:?}");
        }
    }
}
