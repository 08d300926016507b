use super::*;

fn parts(text: &str) -> usize {
    SmsParts::of(text).parts
}

/// Texts, each with its encoding, parts, units and the units that are left, counted by hand.
#[test]
fn texts_are_divided_as_the_network_divides_them() {
    use SmsEncoding::{Gsm7, Ucs2};
    let family = "👨\u{200d}👩\u{200d}👧"; // 2 + 1 + 2 + 1 + 2 units
    for (text, encoding, parts, units, left) in [
        (String::new(), Gsm7, 0, 0, 160),
        ("a".into(), Gsm7, 1, 1, 159),
        ("ñ".repeat(160), Gsm7, 1, 160, 0),
        ("ñ".repeat(161), Gsm7, 2, 161, 145),
        ("a".repeat(306), Gsm7, 2, 306, 0),
        ("a".repeat(307), Gsm7, 3, 307, 152),
        ("a".repeat(459), Gsm7, 3, 459, 0),
        ("a".repeat(460), Gsm7, 4, 460, 152),
        // Behind an escape: two septets, never cut. 153 is odd, so each part ends one septet early.
        ("€".repeat(80), Gsm7, 1, 160, 0),
        ("€".repeat(81), Gsm7, 2, 162, 143),
        ("€".repeat(152), Gsm7, 2, 304, 1),
        ("€".repeat(153), Gsm7, 3, 306, 151),
        (format!("{}€", "a".repeat(158)), Gsm7, 1, 160, 0),
        (format!("{}€", "a".repeat(159)), Gsm7, 2, 161, 145),
        (format!("{}€{}", "a".repeat(152), "b".repeat(10)), Gsm7, 2, 164, 141),
        ("{}[]~\\|^€\u{c}".into(), Gsm7, 1, 20, 140),
        ("línea\r\notra".replace('í', "i"), Gsm7, 1, 11, 149),
        // A line break is two units, and may be cut.
        (format!("{}\r\n{}", "a".repeat(152), "b".repeat(152)), Gsm7, 2, 306, 0),
        (format!("{}\r\n{}", "ó".repeat(66), "ó".repeat(66)), Ucs2, 2, 134, 0),
        // One character that the alphabet lacks.
        ("á".into(), Ucs2, 1, 1, 69),
        (format!("{}ó", "a".repeat(69)), Ucs2, 1, 70, 0),
        (format!("{}ó", "a".repeat(70)), Ucs2, 2, 71, 63),
        ("ó".repeat(134), Ucs2, 2, 134, 0),
        ("ó".repeat(135), Ucs2, 3, 135, 66),
        ("ç".repeat(71), Ucs2, 2, 71, 63),
        // No escape there: one unit.
        (format!("ó{}", "€".repeat(69)), Ucs2, 1, 70, 0),
        // A pair of surrogates is never cut.
        ("😀".repeat(35), Ucs2, 1, 70, 0),
        ("😀".repeat(36), Ucs2, 2, 72, 61),
        ("😀".repeat(66), Ucs2, 2, 132, 1),
        ("😀".repeat(67), Ucs2, 3, 134, 65),
        // Nor what is seen as one character.
        (format!("{}e\u{301}{}", "ó".repeat(66), "ó".repeat(66)), Ucs2, 3, 134, 66),
        (format!("{}{family}{}", "ó".repeat(60), "ó".repeat(10)), Ucs2, 2, 78, 49),
        (family.repeat(8), Ucs2, 1, 64, 6),
        (family.repeat(9), Ucs2, 2, 72, 59),
        ("🇵🇪".repeat(17), Ucs2, 1, 68, 2),
        ("🇵🇪".repeat(18), Ucs2, 2, 72, 59),
    ] {
        let shown: String = text.chars().take(12).collect();
        assert_eq!(SmsParts::of(&text), SmsParts { encoding, parts, units, left }, "{shown}… of {}", text.chars().count());
    }
}

#[test]
fn what_is_seen_as_one_and_fits_no_part_is_cut_between_characters() {
    let endless = format!("e{}", "\u{301}".repeat(200));
    assert_eq!(SmsParts::of(&endless), SmsParts { encoding: SmsEncoding::Ucs2, parts: 3, units: 201, left: 0 });
    assert!(parts(&format!("e{}", "\u{301}".repeat(1_000_000))) > 14_000, "and takes no longer than its length asks");
}

#[test]
fn every_character_of_a_long_text_has_its_room_and_no_part_has_too_much() {
    let text = "¿Cuál fue la dosis? {5 mg} 😀 n\u{303}\r\n".repeat(50);
    let SmsParts { parts, units, left, .. } = SmsParts::of(&text);
    assert!(parts * 67 >= units + left, "{parts} {units} {left}");
    assert!((parts - 1) * (67 - 2) < units, "a part ends early by what is seen as one at most");
}

#[test]
fn accents_go_where_that_saves_parts_and_stay_elsewhere() {
    let short = "Sí, mañana";
    assert_eq!(transliterated(short), short, "one part either way");
    let long = format!("{short}. {}", "Necesitamos la dosis y la fecha. ".repeat(3));
    let plain = transliterated(&long);
    assert!(plain.starts_with("Si, mañana. Necesitamos"), "{plain}");
    assert_eq!((parts(&long), parts(&plain)), (2, 1));
    // A character that nothing plainer stands for keeps the text in UCS-2: nothing is saved.
    let with_emoji = format!("{long}😀");
    assert_eq!(transliterated(&with_emoji), with_emoji);
    let again = plain.clone().into_owned();
    assert_eq!(transliterated(&again), plain, "what is plain stays");
}

#[test]
fn the_rules_of_the_unit_say_what_is_too_long_and_how_it_is_written() {
    let rules = SmsRules::default();
    let text = "ó".repeat(5 * 67);
    assert_eq!((rules.exceeded_by(&text), rules.exceeded_by(&"ó".repeat(4 * 67))), (Some(5), None));
    assert_eq!(rules.written(&text), text);
    let saving = SmsRules { transliterate: true, ..rules };
    assert_eq!(saving.exceeded_by(&saving.written(&text)), None);
}
