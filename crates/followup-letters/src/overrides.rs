//! The unit's own template files.

use std::fs;
use std::path::Path;

use crate::TemplateError;
use crate::catalogue;

/// The files of a folder, each as the template's name and its text.
pub(crate) fn read(folder: &Path) -> Result<Vec<(&'static str, String)>, TemplateError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        names.push(entry.map_err(|error| unreadable(folder, &error))?.file_name());
    }
    names.sort();
    let mut replaced = Vec::new();
    for name in names {
        let path = folder.join(&name);
        let name = name.to_string_lossy();
        // A copy of our own documentation, and what mounts and desktops leave behind, replace nothing.
        if name.starts_with('.') || name == "README.md" {
            continue;
        }
        let Some(known_name) = catalogue::names().find(|known| *known == name) else {
            return Err(TemplateError::UnknownFile { file: name.into_owned(), known: known() });
        };
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        replaced.push((known_name, text.trim_start_matches('\u{feff}').replace("\r\n", "\n")));
    }
    Ok(replaced)
}

fn unreadable(path: &Path, error: &std::io::Error) -> TemplateError {
    TemplateError::Unreadable { path: path.display().to_string(), reason: error.to_string() }
}

fn known() -> String {
    catalogue::names().collect::<Vec<_>>().join(", ")
}
