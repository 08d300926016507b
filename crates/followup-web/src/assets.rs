//! Style, script and icons: compiled in, named by what they hold, kept by browsers for a year.

use std::sync::OnceLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use sha2::{Digest, Sha256};

/// A file that pages load.
pub(crate) struct Asset {
    stem: &'static str,
    extension: &'static str,
    media_type: &'static str,
    text: &'static str,
    path: OnceLock<String>,
}

const PREFIX: &str = "/static/";

pub(crate) static STYLE: Asset = Asset::new("app", "css", "text/css; charset=utf-8", include_str!("../assets/app.css"));
pub(crate) static SCRIPT: Asset = Asset::new("app", "js", "text/javascript; charset=utf-8", include_str!("../assets/app.js"));
pub(crate) static ICONS: Asset = Asset::new("icons", "svg", "image/svg+xml", include_str!("../assets/icons.svg"));

impl Asset {
    const fn new(stem: &'static str, extension: &'static str, media_type: &'static str, text: &'static str) -> Self {
        Self { stem, extension, media_type, text, path: OnceLock::new() }
    }

    /// Where it is served: another text has another path.
    pub(crate) fn path(&'static self) -> &'static str {
        self.path.get_or_init(|| {
            let hash: String = Sha256::digest(self.text).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            format!("{PREFIX}{}.{hash}.{}", self.stem, self.extension)
        })
    }
}

/// Gives an asset.
pub(crate) async fn asset(name: web::Path<String>) -> HttpResponse {
    let found = [&STYLE, &SCRIPT, &ICONS].into_iter().find(|asset| asset.path().strip_prefix(PREFIX) == Some(name.as_str()));
    match found {
        Some(asset) => HttpResponse::Ok()
            .content_type(asset.media_type)
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(asset.text),
        None => HttpResponse::NotFound().finish(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_stay_small_and_load_nothing() {
        assert!(STYLE.text.len() <= 12 * 1024, "{}", STYLE.text.len());
        assert!(SCRIPT.text.len() <= 6 * 1024, "{}", SCRIPT.text.len());
        for asset in [&STYLE, &SCRIPT, &ICONS] {
            assert!(!asset.text.replace("http://www.w3.org/", "").contains("://"), "{}", asset.stem);
            assert!(!asset.text.contains("@import") && !asset.text.contains("eval("), "{}", asset.stem);
        }
    }
}
