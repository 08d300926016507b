//! Lines put together again: those of the reply, and the rest.

use super::line::is_blank;

/// The kept lines as the reply, and the runs of others, a blank line between them, as the quote; none begins or ends with a blank line.
pub(super) fn parted(lines: &[&str], kept: &[bool]) -> (String, Option<String>) {
    let marked: Vec<(&str, bool)> = lines.iter().copied().zip(kept.iter().copied()).collect();
    let text = |run: &[(&str, bool)]| visible(&run.iter().map(|(line, _)| *line).collect::<Vec<_>>());
    let own: Vec<(&str, bool)> = marked.iter().copied().filter(|(_, is_kept)| *is_kept).collect();
    let folded = marked.chunk_by(|one, other| one.1 == other.1).filter(|run| !run[0].1).filter_map(text);
    let quoted = folded.collect::<Vec<_>>().join("\n\n");
    (text(&own).unwrap_or_default(), Some(quoted).filter(|quoted| !quoted.is_empty()))
}

/// The lines without blank ones at the ends; none if all are blank.
fn visible(lines: &[&str]) -> Option<String> {
    let start = lines.iter().position(|line| !is_blank(line))?;
    let end = lines.iter().rposition(|line| !is_blank(line))?;
    Some(lines[start..=end].join("\n"))
}
