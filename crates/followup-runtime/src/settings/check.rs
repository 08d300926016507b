//! Checks that several settings share.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use followup_domain::contact::EmailAddress;

use super::SettingError;
use super::mail_server::is_loopback;

/// The value without blanks around it; an empty one is no value.
pub(super) fn given(value: Option<&String>) -> Option<&str> {
    value.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// The path, unless it is empty.
pub(super) fn given_path(value: Option<&PathBuf>) -> Option<&Path> {
    value.map(PathBuf::as_path).filter(|path| !path.as_os_str().is_empty())
}

/// A whole number of the range.
pub(super) fn number<T>(setting: &'static str, text: &str, range: RangeInclusive<T>) -> Result<T, SettingError>
where
    T: FromStr + PartialOrd + Display,
{
    let parsed = text.trim().parse().ok().filter(|number| range.contains(number));
    parsed.ok_or_else(|| SettingError::new(setting, format_args!("must be a whole number from {} to {}", range.start(), range.end())))
}

/// `true` or `false`.
pub(super) fn boolean(setting: &'static str, text: &str) -> Result<bool, SettingError> {
    choice(setting, text, &[("true", true), ("false", false)])
}

/// One of the words, in any letter case.
pub(super) fn choice<T: Copy>(setting: &'static str, text: &str, choices: &[(&str, T)]) -> Result<T, SettingError> {
    let found = choices.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim()));
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        SettingError::new(setting, format_args!("must be one of: {}", words.join(", ")))
    })
}

/// One bare e-mail address.
pub(super) fn address(setting: &'static str, text: &str) -> Result<EmailAddress, SettingError> {
    EmailAddress::parse(text).map_err(|error| SettingError::new(setting, format_args!("must be one e-mail address: {error}")))
}

/// The longest text of [`one_line`], in characters: what fits a mail header without folding.
const LONGEST_LINE: usize = 200;

/// A text that will stand in a header or a line of a letter.
pub(super) fn one_line(setting: &'static str, text: &str) -> Result<String, SettingError> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(SettingError::new(setting, "must be one line without control characters"));
    }
    if text.chars().count() > LONGEST_LINE {
        return Err(SettingError::new(setting, format_args!("must have at most {LONGEST_LINE} characters")));
    }
    Ok(text.to_owned())
}

/// An `https` address, or an `http` one to this machine. Only plain host names are read, for what two readers of an address could take
/// for different hosts is refused.
pub(super) fn web_address(setting: &'static str, url: &str, example: &str) -> Result<(), SettingError> {
    let wrong = |problem: &str| Err(SettingError::new(setting, problem));
    let Some((scheme, rest)) = url.split_once("://") else { return wrong(&format!("must be an address such as {example}")) };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or("", |(host, _)| host),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let plain = authority.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c));
    if host.is_empty() || !plain || path.contains('#') || path.chars().any(|c| !c.is_ascii_graphic() || c == '\\') {
        return wrong(&format!("must be an address such as {example}, without user, password or fragment"));
    }
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Ok(()),
        "http" if is_loopback(host) => Ok(()),
        "http" => wrong("must be https; http is for this machine (localhost) only"),
        _ => wrong("must be https"),
    }
}
