//! What `followup_domain::contact` promises about contact texts.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_domain::contact::{
    Channels, ContactError, Country, EmailAddress, MAX_CONTACT_CHARS, PhoneNumber, channels_of, extract_channels,
};
use proptest::prelude::*;

fn country(code: &str) -> Country {
    Country::parse(code).unwrap()
}

fn phones(channels: &Channels) -> Vec<&str> {
    channels.all_phones.iter().map(PhoneNumber::as_e164).collect()
}

fn emails(channels: &Channels) -> Vec<&str> {
    channels.all_emails.iter().map(EmailAddress::as_str).collect()
}

/// Checks the numbers found in each text of one country.
fn assert_phones(code: &str, cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(phones(&extract_channels(text, country(code))), *expected, "{code}: {text}");
    }
}

fn assert_emails(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(emails(&extract_channels(text, Country::PERU)), *expected, "{text}");
    }
}

#[test]
fn a_typed_line_yields_its_address_and_its_number() {
    let found = extract_channels("Dr. Pérez, celular 999 888 777 / jperez@hospital.pe, anexo 123", Country::default());
    assert_eq!(found.email.as_ref().unwrap().as_str(), "jperez@hospital.pe");
    assert_eq!(found.phone.as_ref().unwrap().as_e164(), "+51999888777");
    assert_eq!(found.whatsapp, found.phone);
    assert_eq!((found.all_emails.len(), found.all_phones.len()), (1, 1));
}

#[test]
fn whatsapp_is_the_first_mobile_number_and_phone_the_first_of_any_kind() {
    let found = extract_channels("Tel. (01) 234-5678 anexo 12, cel: +51 999-888-777", Country::PERU);
    assert_eq!(found.phone.as_ref().unwrap().as_e164(), "+5112345678");
    assert!(!found.phone.unwrap().is_mobile());
    assert_eq!(found.whatsapp.unwrap().as_e164(), "+51999888777");
}

#[test]
fn an_empty_text_yields_nothing() {
    for text in ["", " \n\t", "no tiene", "sin datos", "@", "-"] {
        let found = extract_channels(text, Country::PERU);
        assert!(found.is_empty(), "{text}");
        assert_eq!(found, Channels::default());
    }
}

#[test]
fn several_addresses_are_all_kept_in_order_and_once() {
    let found = extract_channels("b@c.pe; a@b.pe,B@C.PE a@b.pe / 999888777, +51 999 888 777", Country::PERU);
    assert_eq!(found.email.as_ref().unwrap().as_str(), "b@c.pe");
    assert_eq!(emails(&found), ["b@c.pe", "a@b.pe"]);
    assert_eq!(phones(&found), ["+51999888777"]);
}

#[test]
fn addresses_are_cut_out_of_what_stands_around_them() {
    assert_emails(&[
        ("mailto:rosa@clinica.pe?subject=hola", &["rosa@clinica.pe"]),
        ("Rosa <rosa@clinica.pe>", &["rosa@clinica.pe"]),
        ("«rosa@clinica.pe», 'luis@clinica.pe'", &["rosa@clinica.pe", "luis@clinica.pe"]),
        ("rosa@clinica.pe.", &["rosa@clinica.pe"]),
        ("rosa@clinica.pe;luis@clinica.pe", &["rosa@clinica.pe", "luis@clinica.pe"]),
        ("cel999888777/rosa@clinica.pe", &["rosa@clinica.pe"]),
        ("correo=rosa@clinica.pe", &["rosa@clinica.pe"]),
        ("Correo: ........rosa@clinica.pe", &["rosa@clinica.pe"]),
        ("- rosa@clinica.pe\n-luis@clinica.pe", &["rosa@clinica.pe", "luis@clinica.pe"]),
        ("rosa@clinica.pe.Tel 999888777", &["rosa@clinica.pe"]),
        ("rosa@clinica.pe.cel:999888777", &["rosa@clinica.pe"]),
        ("rosa@clinica.pe-999888777", &["rosa@clinica.pe"]),
        ("rosa@gmail.com999888777", &["rosa@gmail.com"]),
        ("Ｒosa＠clinica．pe", &["Rosa@clinica.pe"]),
        ("\u{a0}rosa@\u{200b}clinica.pe\u{a0}", &["rosa@clinica.pe"]),
        ("ROSA@CLINICA.PE", &["ROSA@CLINICA.PE"]),
        ("rosa@www.clinica.pe", &["rosa@www.clinica.pe"]),
        ("rosa_o'higgins+icsr@sub.clinica.com.pe", &["rosa_o'higgins+icsr@sub.clinica.com.pe"]),
        ("peña@salud-año.pe", &["peña@salud-año.pe"]),
    ]);
}

#[test]
fn what_is_no_complete_address_is_left_to_a_person() {
    assert_emails(&[
        ("@rosa", &[]),
        ("rosa@", &[]),
        ("rosa@clinica", &[]),
        ("rosa.@clinica.pe", &[]),
        ("rosa@clinica..pe", &[]),
        ("rosa@-clinica.pe", &[]),
        ("rosa@clinica.pe@otra.pe", &[]),
        ("rosa @ clinica.pe", &[]),
        ("5 mg @8.30", &[]),
        ("***@clinica.pe", &[]),
        ("rosa@clinica.p", &[]),
    ]);
}

#[test]
fn digits_of_an_address_or_a_link_are_no_number() {
    assert_phones(
        "PE",
        &[
            ("ana999888777@gmail.com", &[]),
            ("https://clinica.pe/p/999888777", &[]),
            ("www.clinica.pe/999888777 999111222", &["+51999111222"]),
        ],
    );
}

#[test]
fn a_whatsapp_link_names_its_number() {
    assert_phones(
        "PE",
        &[
            ("https://wa.me/51999888777?text=Hola", &["+51999888777"]),
            ("wa.me/+5491123456789", &["+5491123456789"]),
            ("https://api.whatsapp.com/send?phone=51999888777", &["+51999888777"]),
        ],
    );
}

#[test]
fn peruvian_numbers_are_read_as_people_type_them() {
    assert_phones(
        "PE",
        &[
            ("999888777", &["+51999888777"]),
            ("999-888-777", &["+51999888777"]),
            ("999.888.777", &["+51999888777"]),
            ("999_888_777", &["+51999888777"]),
            ("9 9988 8777", &["+51999888777"]),
            ("RPM #999888777", &["+51999888777"]),
            ("Nº 999888777 (Rosa)", &["+51999888777"]),
            ("cel999888777", &["+51999888777"]),
            ("51999888777", &["+51999888777"]),
            ("0051 999 888 777", &["+51999888777"]),
            ("(+51) 999 888 777", &["+51999888777"]),
            ("\u{202a}+51\u{a0}999\u{a0}888\u{a0}777\u{202c}", &["+51999888777"]),
            ("９９９　８８８　７７７", &["+51999888777"]),
            ("999\u{2013}888\u{2013}777", &["+51999888777"]),
            ("01 234-5678", &["+5112345678"]),
            ("(511) 234-5678", &["+5112345678"]),
            ("+51 (0)1 234 5678", &["+5112345678"]),
            ("tel: 1 234-5678", &["+5112345678"]),
            ("044-212345 Trujillo", &["+5144212345"]),
            ("999888777/988777666", &["+51999888777", "+51988777666"]),
            ("999888777-988777666", &["+51999888777", "+51988777666"]),
            ("999 888 777 - 988 777 666", &["+51999888777", "+51988777666"]),
            ("999888777\t01 2345678\r\n988777666", &["+51999888777", "+5112345678", "+51988777666"]),
        ],
    );
}

#[test]
fn numbers_of_the_neighbouring_countries_follow_their_own_plan() {
    assert_phones(
        "MX",
        &[
            ("55 1234 5678", &["+525512345678"]),
            ("044 55 1234 5678", &["+525512345678"]),
            ("01 (55) 1234-5678", &["+525512345678"]),
            ("+52 1 55 1234 5678", &["+525512345678"]),
        ],
    );
    assert_phones("CO", &[("300 1234567", &["+573001234567"]), ("(601) 234 5678", &["+576012345678"])]);
    assert_phones("CL", &[("9 8765 4321", &["+56987654321"]), ("+56 2 2345 6789", &["+56223456789"])]);
    assert_phones(
        "AR",
        &[("011 15-2345-6789", &["+5491123456789"]), ("(011) 4345-6789", &["+541143456789"]), ("+54 9 351 234-5678", &["+5493512345678"])],
    );
    assert_phones("EC", &[("099 765 4321", &["+593997654321"]), ("02 212-3456 ext. 12", &["+59322123456"])]);
}

#[test]
fn explicit_numbers_of_any_country_are_accepted() {
    let found = extract_channels("+1 305 555 1234, +34 612 34 56 78, +52 1 55 1234 5678", Country::PERU);
    assert_eq!(phones(&found), ["+13055551234", "+34612345678", "+525512345678"]);
    assert!(found.all_phones.iter().all(PhoneNumber::is_mobile));
}

#[test]
fn identity_documents_and_licences_are_no_numbers() {
    assert_phones(
        "PE",
        &[
            ("45678901", &[]),
            ("DNI 45678901", &[]),
            ("D.N.I. N° 45 678 901", &[]),
            ("04321234-5", &[]),
            ("RUC 20123456789", &[]),
            ("20123456789", &[]),
            ("CMP 12345", &[]),
            ("CMP 12345 / 999888777", &["+51999888777"]),
            ("DNI 45678901 999 888 777", &["+51999888777"]),
            ("carné de extranjería 999888777", &[]),
            ("HC: 987654321", &[]),
            ("mi documento es 987654321", &[]),
            ("40123456-987654321", &["+51987654321"]),
        ],
    );
    assert_phones("EC", &[("C.I. 0991234567", &[]), ("cédula 0991234567", &[])]);
    assert_phones("CO", &[("CC 3001234567", &[]), ("NIT 900.123.456-7", &[]), ("c.c. 3.001.234.567", &[])]);
    assert_phones("CL", &[("RUT 12.345.678-5", &[]), ("22345678-9", &[]), ("12.345.678-K", &[])]);
    assert_phones("AR", &[("CUIT 20-12345678-9", &[]), ("DNI 12.345.678", &[])]);
    assert_phones(
        "MX",
        &[
            ("CURP GOMC800101HDFRRN09", &[]),
            ("CURP GOMC800101HDFRRN09 55 1234 5678", &["+525512345678"]),
            ("cédula profesional 5512345678", &[]),
        ],
    );
}

#[test]
fn dates_amounts_extensions_and_case_numbers_are_no_numbers() {
    assert_phones(
        "MX",
        &[
            ("2024-03-01", &[]),
            ("01/03/2024", &[]),
            ("2024-03-01 12 horas", &[]),
            ("del 01-03-2024 al 15-03-2024", &[]),
            ("fecha 2024030112", &[]),
            ("$ 5512345678", &[]),
            ("5512345678 pesos", &[]),
            ("anexo 123", &[]),
            ("ext. 551234", &[]),
            ("ICSR-2024-551234", &[]),
            ("ICSR #5512345678", &[]),
            ("lote 5512345678", &[]),
            ("nació el 01-03-1980, tel 55 1234 5678", &["+525512345678"]),
        ],
    );
    assert_phones("PE", &[("S/ 999888777", &[]), ("caso 987654321", &[]), ("datos/999888777", &["+51999888777"])]);
}

#[test]
fn explicit_fields_serve_where_the_free_text_yields_nothing() {
    let found = channels_of(Some("llamar por la tarde"), Some(" rosa@clinica.pe "), Some("1 234-5678"), Country::PERU);
    assert_eq!(found.email.unwrap().as_str(), "rosa@clinica.pe");
    assert_eq!(found.phone.unwrap().as_e164(), "+5112345678");
    assert_eq!(found.whatsapp, None);
    assert!(channels_of(None, None, None, Country::PERU).is_empty());
}

#[test]
fn the_free_text_comes_before_the_explicit_fields_which_stay_known() {
    let found = channels_of(Some("01 234 5678, ana@a.pe"), Some("rosa@clinica.pe"), Some("999888777"), Country::PERU);
    assert_eq!(emails(&found), ["ana@a.pe", "rosa@clinica.pe"]);
    assert_eq!(phones(&found), ["+5112345678", "+51999888777"]);
    assert_eq!(found.email.unwrap().as_str(), "ana@a.pe");
    assert_eq!(found.phone.unwrap().as_e164(), "+5112345678");
    assert_eq!(found.whatsapp.unwrap().as_e164(), "+51999888777");
}

#[test]
fn an_address_is_validated_part_by_part() {
    let address = EmailAddress::parse(" Rosa.Peña+icsr@Sub.Clinica.pe ").unwrap();
    assert_eq!(address.as_str(), "Rosa.Peña+icsr@Sub.Clinica.pe");
    assert_eq!((address.local_part(), address.domain()), ("Rosa.Peña+icsr", "Sub.Clinica.pe"));
    for text in ["a@b.pe", "!#$%&'*+-/=?^_`{|}~@b.pe", "a@xn--maana-pta.pe", "a@b.xn--p1ai", "用户@例子.中国"] {
        assert_eq!(EmailAddress::parse(text).unwrap().to_string(), text);
    }
    for (text, error) in [
        ("", ContactError::EmailShape),
        ("a", ContactError::EmailShape),
        ("a@", ContactError::EmailShape),
        ("@b.pe", ContactError::EmailShape),
        ("a@b@c.pe", ContactError::EmailShape),
        ("a b@c.pe", ContactError::EmailLocalPart),
        (".a@c.pe", ContactError::EmailLocalPart),
        ("a..b@c.pe", ContactError::EmailLocalPart),
        ("\"a\"@c.pe", ContactError::EmailLocalPart),
        ("a\r\nBcc:x@c.pe", ContactError::EmailLocalPart),
        ("a\0@c.pe", ContactError::EmailLocalPart),
        ("a\u{202e}@c.pe", ContactError::EmailLocalPart),
        ("a@c", ContactError::EmailDomain),
        ("a@c.pe.", ContactError::EmailDomain),
        ("a@c.pe>", ContactError::EmailDomain),
        ("a@c.pe\r\nx", ContactError::EmailDomain),
        ("a@[127.0.0.1]", ContactError::EmailDomain),
        ("a@127.0.0.1", ContactError::EmailDomain),
    ] {
        assert_eq!(EmailAddress::parse(text), Err(error), "{text:?}");
    }
    assert!(EmailAddress::parse(&format!("{}@b.pe", "a".repeat(64))).is_ok());
    assert!(EmailAddress::parse(&format!("{}@b.pe", "a".repeat(65))).is_err());
    assert!(EmailAddress::parse(&format!("a@{}.pe", "b".repeat(64))).is_err());
    assert!(EmailAddress::parse(&format!("a@{}.pe", "b".repeat(1_000_000))).is_err());
}

#[test]
fn two_spellings_of_a_mailbox_are_the_same_mailbox() {
    let address = |text: &str| EmailAddress::parse(text).unwrap();
    assert!(address("Rosa@Clinica.PE").same_mailbox(&address("rosa@clinica.pe")));
    assert_eq!(address("Rosa@Clinica.PE").mailbox_key(), "rosa@clinica.pe");
    assert!(address("pen\u{303}a@a.pe").same_mailbox(&address("peña@a.pe")));
    assert!(!address("rosa+x@clinica.pe").same_mailbox(&address("rosa@clinica.pe")));
}

#[test]
fn a_number_field_takes_one_number_and_nothing_else() {
    let parse = |text: &str| PhoneNumber::parse(text, Country::PERU);
    for text in ["999888777", "+51 999-888-777", "tel:+51999888777", "999 888 777 anexo 12", "(0051) 999888777"] {
        assert_eq!(parse(text).map(|number| number.to_string()), Ok("+51999888777".to_owned()), "{text}");
    }
    let refused = ContactError::PhoneNumber { country: Country::PERU };
    for text in ["", "123", "45678901", "01/03/2024", "DNI 45678901", "Rosa 999888777", "1-800-MEDICOS", "999888777 988777666"] {
        assert_eq!(parse(text), Err(refused.clone()), "{text}");
    }
}

#[test]
fn a_country_is_a_two_letter_code_with_a_numbering_plan() {
    assert_eq!(Country::parse(" pe "), Ok(Country::PERU));
    assert_eq!("mx".parse::<Country>().unwrap().to_string(), "MX");
    for text in ["", "P", "PER", "ZZ", "001", "P3", "ñ"] {
        assert_eq!(Country::parse(text), Err(ContactError::Country), "{text}");
    }
}

#[test]
fn a_long_text_is_read_up_to_its_limit_and_never_half_a_contact() {
    let padding = "x ".repeat(MAX_CONTACT_CHARS / 2 - 4);
    for tail in ["rosa@clinica.com.pe", "+51999888777", "999888777"] {
        let found = extract_channels(&format!("luis@a.pe, {padding}{tail}"), Country::PERU);
        assert_eq!(emails(&found), ["luis@a.pe"]);
        assert!(found.all_phones.is_empty());
    }
    let endless = "9".repeat(1_000_000);
    assert!(extract_channels(&endless, Country::PERU).is_empty());
    assert!(extract_channels(&"a@".repeat(500_000), Country::PERU).is_empty());
}

/// Text of the characters that matter here, so that near-misses are frequent.
fn contact_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9+() ./|@#x~-]{1,12}",
        "(tel|cel|DNI|anexo|S/|caso|wa.me/|http://|\\+52 1|\\+51)[ .:]{0,2}",
        "[0-9]{6,15}",
        "\\PC{1,4}",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_input_panics_and_every_number_is_e164(text in contact_like(), code in "PE|MX|CO|CL|AR|EC|US|DE") {
        let country = Country::parse(&code).unwrap();
        let found = channels_of(Some(&text), Some(&text), Some(&text), country);
        for number in &found.all_phones {
            let digits = number.as_e164().strip_prefix('+').unwrap();
            prop_assert!((7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(&PhoneNumber::parse(number.as_e164(), Country::PERU).unwrap(), number);
        }
        for address in &found.all_emails {
            prop_assert!(!address.as_str().chars().any(|c| c.is_control() || c.is_whitespace()));
            prop_assert_eq!(&EmailAddress::parse(address.as_str()).unwrap(), address);
        }
        prop_assert_eq!(found.phone.as_ref(), found.all_phones.first());
        prop_assert_eq!(found.email.as_ref(), found.all_emails.first());
        let _ = (EmailAddress::parse(&text), PhoneNumber::parse(&text, country), Country::parse(&text));
    }

    #[test]
    fn a_plain_address_is_found_wherever_it_stands(
        address in "[a-z0-9][a-z0-9_+-]{0,10}(\\.[a-z0-9]{1,8}){0,2}@[a-z0-9]{1,10}(-[a-z0-9]{1,5})?\\.[a-z]{2,6}",
        before in "(|Correo: |<|\\(|cel 999888777 / |mailto:|;)",
        after in "(|\\.|,|>|\\)|; otro@correo\\.pe| / 999888777)",
    ) {
        let found = extract_channels(&format!("{before}{address}{after}"), Country::PERU);
        prop_assert_eq!(found.email.unwrap().to_string(), address);
    }

    #[test]
    fn a_peruvian_mobile_is_found_in_any_usual_grouping(
        digits in "9[0-9]{8}",
        separator in "[ .-]?",
        prefix in "(|\\+51 |\\+51|0051 |51 |cel: |cel)",
    ) {
        let grouped = [&digits[..3], &digits[3..6], &digits[6..]].join(&separator);
        let found = extract_channels(&format!("{prefix}{grouped}"), Country::PERU);
        let expected = format!("+51{digits}");
        prop_assert_eq!(found.whatsapp.as_ref().map(PhoneNumber::as_e164), Some(expected.as_str()));
    }
}

#[test]
fn an_explicit_address_is_whole_or_none() {
    let email = |text: &str| {
        let found = channels_of(None, Some(text), None, Country::PERU);
        (found.email.map(|email| email.as_str().to_owned()), found.unreadable.is_empty())
    };
    for whole in
        ["ana.rios@hospital.pe", " ana.rios@hospital.pe ", "<ana.rios@hospital.pe>", "mailto:ana.rios@hospital.pe", "ana.rios@hospital.pe."]
    {
        assert_eq!(email(whole), (Some("ana.rios@hospital.pe".into()), true), "{whole}");
    }
    assert_eq!(email("ana@hospital.pe; luis@clinica.com"), (Some("ana@hospital.pe".into()), true));
    assert_eq!(email(""), (None, true));
    for broken in [
        "ana..rios@hospital.pe",
        "ana.rios@hospital..pe",
        "rios@clinica.com,pe",
        "rios@clinica.com;pe",
        "rios@clinica.com .pe",
        "rios@clinica,com",
        ".rios@hospital.pe",
        "rios.@hospital.pe",
        "ana rios@hospital.pe",
        "rios@hospital.pe (trabajo)",
        "rios@hospital.pe/luis@clinica.com",
        "rios@@hospital.pe",
        "rios@hospital",
        "no tiene",
    ] {
        assert_eq!(email(broken), (None, false), "{broken}");
    }
}

#[test]
fn a_broken_address_in_free_text_yields_no_part_of_it_and_is_told() {
    let found = |text: &str| {
        let found = extract_channels(text, Country::PERU);
        (found.all_emails.iter().map(|email| email.as_str().to_owned()).collect::<Vec<_>>(), found.unreadable)
    };
    for (text, broken) in [
        ("Correo: ana..rios@hospital.pe", "ana..rios@hospital.pe"),
        ("ana.rios@hospital..pe cel. 999888777", "ana.rios@hospital..pe"),
        ("Dra. Ríos rios@clinica.com,pe", "rios@clinica.com,pe"),
        ("rios@clinica.com;pe / anexo 12", "rios@clinica.com;pe"),
        ("escribir a rios@clinica.com .pe por favor", "rios@clinica.com"),
        ("ana .rios@hospital.pe", ".rios@hospital.pe"),
        ("ana#rios@hospital.pe", "ana#rios@hospital.pe"),
        ("rios@hospital.pe_2", "rios@hospital.pe_2"),
        ("a@b.pe@c.pe", "a@b.pe@c.pe"),
    ] {
        assert_eq!(found(text), (vec![], vec![broken.to_owned()]), "{text}");
    }
    for (text, address) in [
        ("Correo.......rios@hospital.pe", "rios@hospital.pe"),
        ("rios@hospital.pe...... 999888777", "rios@hospital.pe"),
        ("Es rios@hospital.pe..", "rios@hospital.pe"),
        ("rios@clinica.com, Perú", "rios@clinica.com"),
        ("rios@clinica.com,celular 999888777", "rios@clinica.com"),
        ("rios@clinica.com; luis", "rios@clinica.com"),
        ("(rios@hospital.pe)", "rios@hospital.pe"),
        ("Email=rios@hospital.pe", "rios@hospital.pe"),
        ("* rios@hospital.pe", "rios@hospital.pe"),
        ("nos vemos @ las 5, rios@hospital.pe", "rios@hospital.pe"),
    ] {
        assert_eq!(found(text), (vec![address.to_owned()], vec![]), "{text}");
    }
    assert_eq!(found("ana..rios@x.pe, luis@clinica.com").0, ["luis@clinica.com"], "what is whole beside it is read");
}

#[test]
fn an_address_that_is_not_to_be_used_is_known_and_never_chosen() {
    for text in [
        "no usar viejo@hospital.pe, usar nuevo@hospital.pe",
        "No escribir a viejo@hospital.pe; escribir a nuevo@hospital.pe",
        "viejo@hospital.pe (ya no funciona), nuevo@hospital.pe",
        "viejo@hospital.pe ya no se usa / nuevo@hospital.pe",
        "correo antiguo: viejo@hospital.pe, correo actual: nuevo@hospital.pe",
        "antes viejo@hospital.pe ahora nuevo@hospital.pe",
        "nuevo@hospital.pe (antes viejo@hospital.pe)",
        "viejo@hospital.pe está de baja. nuevo@hospital.pe",
        "Do not use viejo@hospital.pe, use nuevo@hospital.pe",
        "não usar viejo@hospital.pe; nuevo@hospital.pe",
        "en lugar de viejo@hospital.pe usar nuevo@hospital.pe",
        "viejo@hospital.pe es incorrecto, es nuevo@hospital.pe",
    ] {
        let found = extract_channels(text, Country::PERU);
        assert_eq!(found.email.as_ref().map(|email| email.as_str()), Some("nuevo@hospital.pe"), "{text}");
        assert_eq!(found.set_aside.iter().map(|email| email.as_str()).collect::<Vec<_>>(), ["viejo@hospital.pe"], "{text}");
    }
    let only = channels_of(Some("No usar viejo@hospital.pe"), Some("viejo@hospital.pe"), None, Country::PERU);
    assert_eq!((only.email, only.set_aside.len()), (None, 1), "one text does not take up what the other sets aside");
    for text in [
        "No tiene teléfono, correo ana@hospital.pe",
        "No molestar por la mañana. ana@hospital.pe, luis@hospital.pe",
        "no enviar a su casa sino a ana@hospital.pe",
        "ana@hospital.pe, no tiene anexo",
        "ana@hospital.pe. No contesta llamadas",
    ] {
        let found = extract_channels(text, Country::PERU);
        assert_eq!(found.email.as_ref().map(|email| email.as_str()), Some("ana@hospital.pe"), "{text}");
        assert_eq!(found.set_aside, [], "{text}");
    }
}

#[test]
fn a_number_that_is_not_to_be_called_comes_last() {
    for text in
        ["no llamar al 999 888 777, llamar al 988 777 666", "999 888 777 (ya no existe), 988 777 666", "antes 999888777 / ahora 988777666"]
    {
        let found = extract_channels(text, Country::PERU);
        assert_eq!(found.phone.as_ref().map(|phone| phone.as_e164()), Some("+51988777666"), "{text}");
        assert_eq!(found.all_phones.len(), 2, "{text}");
    }
}
