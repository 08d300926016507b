//! The lines of a reply: what they are behind quote marks and bullets.

use std::ops::Range;

use crate::pattern::patterns;

patterns! {
    BULLET = r"^(?:[*] ?|[\-+] |-(?:[a-z?]|$)|\(?[0-9]{1,2}[.)\-] ?|[0-9]{1,2}\.- ?|\(?[a-z]\) ?|[a-z]\. )";
    KEY = r"^(?:[*\-+] ?)?\(?([0-9]{1,2}|[a-z])(?:[.)]-?|-) ?";
    ANSWER_MARK = r"^ ?(?:rpta|resp|respuesta|r|rta|answer|resposta)\.? ?[:\-] ?";
    ATTRIBUTION = r"^(?:el|on|em|le) .{0,160}(?:escribio|wrote|escreveu|a ecrit):? *$";
    HEADER = r"^\*?(?:de|from|enviado|enviado el|sent|para|to|cc|asunto|subject|fecha|date|assunto|data|enviada em|responder a|reply-to)\*?: ?.";
    FORWARD = r"^-* ?(?:mensaje reenviado|forwarded message|begin forwarded message|mensagem encaminhada|inicio del mensaje reenviado|reenviado por|mensaje original reenviado)";
    FORWARD_END = r"^-+ ?(?:fin del? mensaje|end of (?:the )?(?:forwarded )?message)";
    ORIGINAL = r"^-+ ?(?:mensaje original|original message|mensagem original)";
    AUTOMATIC = r"^(?:respuesta automatica|automatic reply|resposta automatica|auto-?reply|fuera de (?:la )?oficina|out of office|ausencia)";
    NOTICE = r"^(?:este (?:mensaje|correo|e-?mail)|this (?:message|e-?mail)|aviso (?:legal|de confidencialidad)|(?:la|toda la) informacion (?:contenida|de este)|esta mensagem|este e-?mail|antes de imprimir|confidencialidad:|nota de confidencialidad|disclaimer)\b";
    NOTICE_SAYS = r"\b(?:confidencial\w*|destinatari[oa]s?|privilegiad[oa]|por error|imprimir|intended|confidential|recipient|medio ambiente)\b";
    DEVICE = r"^(?:enviado desde|sent from|enviado do|get outlook|obtener outlook|descarga outlook)";
}

/// A line.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Behind quote marks, without its line break.
    pub(crate) range: Range<usize>,
    /// How many quote marks stand before it.
    pub(crate) depth: usize,
    /// Behind its bullet or number.
    pub(crate) body: Range<usize>,
    /// Its number or letter, where it has one.
    pub(crate) key: Option<String>,
}

/// Cuts a folded text into lines.
pub(crate) fn of(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut at = 0;
    for whole in text.split('\n') {
        let mut start = at;
        let mut depth = 0;
        for byte in whole.bytes() {
            match byte {
                b'>' => depth += 1,
                b' ' | b'\t' | b'|' => {}
                _ => break,
            }
            start += 1;
        }
        let end = at + whole.trim_end().len();
        let start = start.min(end.max(at));
        let range = start..end.max(start);
        let line = &text[range.clone()];
        // Blank lines say the same however many they are.
        if range.is_empty() && lines.last().is_some_and(|last: &Line| last.range.is_empty()) {
            at += whole.len() + 1;
            continue;
        }
        let bullet = BULLET.at_start(line).filter(|_| !starts_with_value(line)).unwrap_or(0);
        // A letter behind the dash belongs to the words.
        let bullet = if line.starts_with('-') && !line.starts_with("- ") { bullet.min(1) } else { bullet };
        let key = KEY.regex().captures(line).and_then(|captures| captures.get(1)).map(|key| key.as_str().to_owned());
        lines.push(Line { body: start + bullet..range.end, range, depth, key });
        at += whole.len() + 1;
    }
    lines
}

/// "1-0-1" and "12.5" are no bullets.
fn starts_with_value(line: &str) -> bool {
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    number.len() < line.len() && number.len() > 1 && number[1..].starts_with(|c: char| c.is_ascii_digit())
}
