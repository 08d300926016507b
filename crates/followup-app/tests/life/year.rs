//! A year of a unit: reports come in, letters go out every morning, some reporters answer and some do not, and people act on it. All
//! by one seed.

use std::collections::BTreeMap;

use chrono::Duration;
use followup_app::{CloseError, CloseRequest};
use followup_domain::asking::missing::FieldPath;
use followup_domain::case::Case;
use followup_domain::case::ClosureReason;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{CaseId, TemplateId};
use followup_domain::message::{CallOutcome, MessageKind};
use followup_domain::ports::{CaseQuery, CaseSort, PageRequest};

use super::commands::{Command, Mail, OnCase};
use super::world::{FIELDS, World, reporter_number};
use crate::support::{patch, qf};

/// What happened in the year.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    pub cases: usize,
    pub letters: usize,
    pub notifications: usize,
    pub replies: usize,
    pub out_of_office: usize,
    pub late_replies: usize,
    pub calls: usize,
    pub blocked: usize,
    pub closed_complete: usize,
    pub closed_without_answer: usize,
    pub closed_declined: usize,
    pub escalated: u32,
    pub open_at_the_end: usize,
    /// Attempts by their state at the end.
    pub attempts: BTreeMap<&'static str, usize>,
}

/// What a reporter will do on a day.
#[derive(Debug, Clone, Copy)]
enum Event {
    Answers { everything: bool },
    IsAway,
    Declines,
    AnswersLate,
    IsCalled,
}

/// The unit and what is to come.
pub struct Year {
    pub world: World,
    pub totals: Totals,
    random: Random,
    coming: BTreeMap<u32, Vec<(CaseId, Event)>>,
    seen: usize,
}

impl Year {
    pub fn new(world: World, seed: u64) -> Self {
        Self { world, totals: Totals::default(), random: Random(seed), coming: BTreeMap::new(), seen: 0 }
    }

    /// One day: reports, what reporters and the unit do, the morning's run, and what the letters will bring.
    pub fn day(&mut self, day: u32, new_cases: usize) {
        for _ in 0..new_cases {
            self.report(day);
        }
        for (id, event) in self.coming.remove(&day).unwrap_or_default() {
            self.happen(id, event);
        }
        if day % 30 == 29 {
            self.give_up();
        }
        self.world.clock.advance(Duration::hours(3));
        let report = self.world.app.dispatch_due(&|| false).unwrap();
        assert_eq!((report.errors, report.delivery.errors), (0, 0));
        self.totals.escalated += report.escalated;
        self.letters_arrive(day);
        self.world.clock.advance(Duration::hours(21));
    }

    fn report(&mut self, day: u32) {
        self.world.act(&Command::Create { serious: self.random.one_in(3) });
        let id = *self.world.cases().last().unwrap();
        self.totals.cases += 1;
        if self.random.one_in(20) {
            self.world.app.update_case(&qf(), id, &patch(&[("reportante_contacto", "sin correo")]), None).unwrap();
            self.coming.entry(day + 20).or_default().push((id, Event::IsCalled));
        }
        // The others get the automatic request alone.
        if self.random.one_in(3) {
            self.world.app.apply_plan(&qf(), id, TemplateId(1), self.world.now()).unwrap();
        }
    }

    fn happen(&mut self, id: CaseId, event: Event) {
        let closed = self.world.app.case(id).unwrap().closure.is_some();
        match event {
            Event::IsAway => {
                self.mail(id, Mail::OutOfOffice);
                self.totals.out_of_office += 1;
            }
            Event::AnswersLate if !closed => {}
            Event::Answers { .. } | Event::AnswersLate => {
                self.mail(id, Mail::Reply);
                self.totals.replies += 1;
                self.totals.late_replies += usize::from(closed);
                self.world.act_on(id, &OnCase::MarkRead);
                self.take_over(id, matches!(event, Event::Answers { everything: true }));
            }
            Event::Declines => self.decline(id),
            Event::IsCalled => self.call(id),
        }
    }

    /// A mail of the reporter to the last letter.
    fn mail(&mut self, id: CaseId, mail: Mail) {
        let sent = self.world.thread(id).into_iter().filter(|message| message.sent_at.is_some() && message.kind != MessageKind::Call);
        let last = u8::try_from(sent.count().saturating_sub(1)).unwrap();
        self.world.receive(id, mail, last, 0);
    }

    /// The unit types in what the reporter wrote; what he does not know is documented.
    fn take_over(&mut self, id: CaseId, everything: bool) {
        self.world.app.update_case(&qf(), id, &patch(&[("paciente_peso", "68"), ("dosis", "500 mg")]), None).unwrap();
        if !everything {
            return;
        }
        if self.random.one_in(4) {
            let path = FieldPath::parse(FIELDS[2]).unwrap();
            let state = followup_domain::asking::field_state::FieldState::Withheld;
            self.world.app.document_field(&qf(), id, &path, state, "no las da").unwrap();
        } else {
            self.world.app.update_case(&qf(), id, &patch(&[(FIELDS[2], "A.B.")]), None).unwrap();
        }
        self.close(id, ClosureReason::Complete).unwrap();
        self.totals.closed_complete += 1;
    }

    fn decline(&mut self, id: CaseId) {
        if self.world.app.case(id).unwrap().closure.is_some() {
            return;
        }
        let address = self.world.app.case(id).unwrap().record.reportante_contacto.unwrap();
        self.world.app.block_contact(&qf(), &EmailAddress::parse(&address).unwrap(), "lo pidió").unwrap();
        self.totals.blocked += 1;
        self.close(id, ClosureReason::Declined).unwrap();
        self.totals.closed_declined += 1;
    }

    /// What is proposed for closing is closed, as far as the checks allow; of some a late answer will come.
    fn give_up(&mut self) {
        let now = self.world.now();
        let query = CaseQuery { awaiting_since: Some(now), sort: CaseSort::OldestFirst, ..CaseQuery::default() };
        let waiting = self.world.app.cases(&query, PageRequest { offset: 0, limit: 1000 }).unwrap().items;
        for case in waiting.into_iter().map(|listed| listed.case) {
            if self.world.app.followup_summary(case.id, "qf").unwrap().closing_proposed {
                match self.close(case.id, ClosureReason::MaxAttempts) {
                    Ok(_) => self.totals.closed_without_answer += 1,
                    // A serious case is not given up after one letter: somebody calls, and it is proposed again.
                    Err(CloseError::Unmet(_)) => self.call(case.id),
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    fn close(&self, id: CaseId, reason: ClosureReason) -> Result<Case, CloseError> {
        let request = CloseRequest { reason, notes: "Según el procedimiento.".into(), override_reason: None };
        self.world.app.close_followup(&qf(), id, &request)
    }

    fn call(&mut self, id: CaseId) {
        self.world.app.log_call(&qf(), id, CallOutcome::NoAnswer, "Sin respuesta", None).unwrap();
        self.totals.calls += 1;
    }

    /// What each letter that went out this morning will bring.
    fn letters_arrive(&mut self, day: u32) {
        let sent = self.world.mail.accepted();
        let cases = self.world.cases();
        for mail in &sent[self.seen..] {
            match reporter_number(mail.to.as_str()) {
                Some(number) => {
                    self.totals.letters += 1;
                    self.react(cases[number], day);
                }
                None => self.totals.notifications += 1,
            }
        }
        self.seen = sent.len();
    }

    fn react(&mut self, id: CaseId, day: u32) {
        let in_days = day + 1 + self.random.below(25);
        let event = match self.random.below(100) {
            0..18 => Event::Answers { everything: true },
            18..26 => Event::Answers { everything: false },
            26..36 => Event::IsAway,
            36..39 => Event::Declines,
            39..48 => return self.coming.entry(in_days + 150).or_default().push((id, Event::AnswersLate)),
            _ => return,
        };
        self.coming.entry(in_days).or_default().push((id, event));
    }
}

/// SplitMix64: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(limit)).unwrap()
    }

    fn one_in(&mut self, many: u32) -> bool {
        self.below(many) == 0
    }
}
