//! When letters may go, and what happens to cases that wait too long.

use chrono::{DateTime, NaiveTime, Utc, Weekday};
use followup_domain::asking::window::SendWindow;
use followup_domain::policy::Escalation;

use super::{config, refusal};

const WEEK: [Weekday; 7] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

fn window(variables: &[(&str, &str)]) -> SendWindow {
    config(variables).followup.policy.window.unwrap()
}

fn office(days: impl IntoIterator<Item = Weekday>) -> SendWindow {
    let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    SendWindow::new(chrono_tz::America::Bogota, days, time(9, 0), time(18, 30)).unwrap()
}

fn in_office_hours(days: &str) -> SendWindow {
    window(&[("ORG_TIMEZONE", "America/Bogota"), ("SEND_WINDOW_HOURS", "09:00 - 18:30"), ("SEND_WINDOW_DAYS", days)])
}

#[test]
fn hours_alone_are_a_window_on_every_day_of_the_organisations_zone() {
    assert_eq!(in_office_hours(""), office(WEEK));
}

#[test]
fn days_are_named_in_spanish_or_english_alone_or_as_spans() {
    for days in ["lun-vie", "mon-fri", "Lunes - Viernes", "lun,mar,mié,jue,vie", "MON,martes-jueves,fri"] {
        assert_eq!(in_office_hours(days), office(WEEK[..5].to_vec()), "{days}");
    }
    assert_eq!(in_office_hours("sáb-lun"), office([Weekday::Mon, Weekday::Sat, Weekday::Sun]));
    assert_eq!(in_office_hours("mie"), office([Weekday::Wed]));
}

#[test]
fn a_window_to_midnight_has_no_gap_at_its_end() {
    let window = window(&[("ORG_TIMEZONE", "UTC"), ("SEND_WINDOW_HOURS", "00:00-24:00")]);
    let last: DateTime<Utc> = "2024-03-01T23:59:59.999999Z".parse().unwrap();
    assert!(window.is_open(last));
}

#[test]
fn a_window_that_cannot_be_read_or_never_opens_is_refused() {
    for hours in ["9", "09:00", "09:00-25:00", "24:00-25:00", "24:00-24:00", "de 9 a 18", "09:00-18:00-20:00"] {
        let sentence = "SEND_WINDOW_HOURS must be two times of one day, as in 09:00-18:00";
        assert_eq!(refusal(&[("SEND_WINDOW_HOURS", hours)]), sentence, "{hours}");
    }
    for hours in ["18:00-09:00", "09:00-09:00"] {
        let sentence = "SEND_WINDOW_HOURS cannot work: the window's end must be later than its start, on the same day";
        assert_eq!(refusal(&[("SEND_WINDOW_HOURS", hours)]), sentence, "{hours}");
    }
    for (days, wrong) in [("lun-vir", "lun-vir"), ("lun,,vie", ""), ("lun vie", "lun vie"), ("mar, feriados", "feriados")] {
        let sentence = format!("SEND_WINDOW_DAYS must be weekdays, as in lun-vie or mon,wed,fri; {wrong:?} is none");
        assert_eq!(refusal(&[("SEND_WINDOW_HOURS", "09:00-18:00"), ("SEND_WINDOW_DAYS", days)]), sentence, "{days}");
    }
    assert_eq!(refusal(&[("SEND_WINDOW_DAYS", "lun-vie")]), "SEND_WINDOW_DAYS is set but SEND_WINDOW_HOURS is not");
}

#[test]
fn escalation_is_told_to_somebody_or_only_listed() {
    let escalation = |variables: &[(&str, &str)]| config(variables).followup.policy.escalation;
    assert_eq!(escalation(&[("ESCALATE_AFTER_DAYS", "45")]), Some(Escalation { after_days: 45, to: None }));
    let told = escalation(&[("ESCALATE_AFTER_DAYS", "45"), ("ESCALATE_TO", "jefatura@lab.example")]).unwrap();
    assert_eq!(told.to.unwrap().as_str(), "jefatura@lab.example");
    assert_eq!(refusal(&[("ESCALATE_TO", "jefatura@lab.example")]), "ESCALATE_TO is set but ESCALATE_AFTER_DAYS is not");
}

#[test]
fn closing_without_an_answer_is_proposed_and_done_only_where_wanted() {
    let policy = config(&[("PROPOSE_CLOSING_AFTER_DAYS", "90"), ("CLOSE_WITHOUT_ANSWER", "true")]).followup.policy;
    assert_eq!((policy.propose_closing_after_days, policy.close_by_itself), (90, true));
}

#[test]
fn a_plan_goes_on_by_itself_only_where_wanted() {
    let after = |variables: &[(&str, &str)]| config(variables).followup.policy.resume_after;
    assert_eq!(after(&[]), None);
    assert_eq!(after(&[("RESUME_PLAN_AFTER_DAYS", "7")]), Some(chrono::Duration::days(7)));
}

#[test]
fn days_out_of_range_are_refused_with_the_range() {
    for name in ["ESCALATE_AFTER_DAYS", "PROPOSE_CLOSING_AFTER_DAYS", "RESUME_PLAN_AFTER_DAYS"] {
        for value in ["0", "-1", "3651", "dos", "1.5"] {
            assert_eq!(refusal(&[(name, value)]), format!("{name} must be a whole number from 1 to 3650"), "{value}");
        }
    }
}
