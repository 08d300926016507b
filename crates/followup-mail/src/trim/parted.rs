//! Lines put together again: those of the reply, and the rest.

use super::line::is_blank;

/// The kept lines as the reply, and the runs of others, a blank line between them, as the quote; none begins or ends with a blank line.
pub(super) fn parted(lines: &[&str], kept: &[bool]) -> (String, Option<String>) {
    let reply = together(lines, kept, true);
    (reply, Some(together(lines, kept, false)).filter(|quoted| !quoted.is_empty()))
}

fn together(lines: &[&str], kept: &[bool], wanted: bool) -> String {
    let mut text = String::new();
    let mut last: Option<usize> = None;
    for line in (0..lines.len()).filter(|line| kept[*line] == wanted && !is_blank(lines[*line])) {
        if let Some(last) = last {
            text.push('\n');
            let mut between = last + 1..line;
            if !wanted && between.clone().any(|line| kept[line]) {
                text.push('\n');
            } else {
                between.by_ref().filter(|line| kept[*line] == wanted).for_each(|blank| {
                    text.push_str(lines[blank]);
                    text.push('\n');
                });
            }
        }
        text.push_str(lines[line]);
        last = Some(line);
    }
    text
}
