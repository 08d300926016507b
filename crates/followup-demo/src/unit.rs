//! The unit whose four months are made up.

use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use followup_app::{App, Senders};
use followup_domain::case::CasePatch;
use followup_domain::case::deadlines::{DeadlineScope, NewDeadline};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::inbound::UnfetchedMail;
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{CaseQuery, Clock, PageRequest, TrayState};
use followup_outbox::TextInbox;

use crate::clock::MovedClock;
use crate::courses::course;
use crate::deeds::Deed;
use crate::doing::{Case, MAILBOX, Stage, with_report, worker};
use crate::letters::Mail;
use crate::stories::{Story, field_of, stories};
use crate::strays::{Fate, Form, ILLEGIBLE, STRAYS, Stray, WITHHELD};
use crate::transport::{Troubled, Troubles};

/// The unit works for so long.
const LENGTH: TimeDelta = TimeDelta::days(120);
/// How often plans are looked at.
const TICK: TimeDelta = TimeDelta::hours(24);
/// Between two things that are said.
const BREATH: TimeDelta = TimeDelta::minutes(1510);
/// What is made of a mail of no case is made so much later.
const SORTED_AFTER: TimeDelta = TimeDelta::hours(11);
/// In days: deadlines of an invented norm, in place of those that a unit has to verify first.
const DEADLINES: [(DeadlineScope, u32); 2] = [(DeadlineScope::Serious, 15), (DeadlineScope::NotSerious, 90)];

/// A demonstration that is being made.
pub struct Demonstration {
    stage: Stage,
    clock: Arc<MovedClock>,
    until: DateTime<Utc>,
}

/// What happens next, and when.
struct Happening<'s> {
    at: DateTime<Utc>,
    what: What<'s>,
}

#[derive(Clone, Copy)]
enum What<'s> {
    Reported(&'s Story),
    Done(&'s Story, Deed),
    Came(&'s Stray),
    Sorted(&'s Stray),
    Withheld(usize, &'s str),
    Illegible(&'s str),
}

impl Demonstration {
    /// On the store and with the transports of this application, which write files; its clock tells when it ends.
    pub fn of(app: &App) -> Self {
        let until = app.clock.now();
        let clock = Arc::new(MovedClock::at(until - LENGTH));
        let troubles = Troubles::default();
        let senders =
            [followup_domain::message::Channel::Email, followup_domain::message::Channel::Sms, followup_domain::message::Channel::Whatsapp];
        let senders = senders.into_iter().fold(Senders::default(), |senders, channel| match app.senders.of(channel) {
            Some(sender) => senders.with(channel, Arc::new(Troubled { sender: Arc::clone(sender), troubles: troubles.clone() })),
            None => senders,
        });
        // What the cases are like must not depend on the settings.
        let policy = FollowupPolicy {
            automatic_requests: true,
            automatic_delay: TimeDelta::hours(24),
            daily_cap_per_address: None,
            redirect_to: None,
            window: None,
            notify_to: None,
            escalation: None,
            close_by_itself: false,
            resume_after: None,
            ..(*app.policy).clone()
        };
        let app = App { clock: clock.clone(), senders, policy: Arc::new(policy), turns: followup_app::Turns::default(), ..app.clone() };
        Self { stage: Stage::new(app, troubles), clock, until }
    }

    /// The application, at the beginning of the demonstration.
    pub fn app(&self) -> &App {
        &self.stage.app
    }

    /// Lets the four months pass; how many cases there are then.
    ///
    /// # Errors
    /// The store failed, or the rules refused something: which.
    pub fn fill(&self) -> Result<i64> {
        let zone = self.app().policy.zone;
        let stories = stories(|age| (self.until - age).with_timezone(&zone).date_naive())?;
        for known in self.app().deadlines()? {
            self.app().remove_deadline(&worker(), known.id)?;
        }
        for (scope, days) in DEADLINES {
            let norm = "Norma inventada de la demostración".to_owned();
            let deadline =
                NewDeadline { authority: "Autoridad sanitaria".into(), role: "Titular".into(), scope, days, norm, verified: false };
            self.app().set_deadline(&worker(), None, &deadline)?;
        }
        let mut cases: Vec<(usize, CaseId)> = Vec::new();
        let mut next_look = self.clock.now() + TICK;
        for happening in self.happenings(&stories)? {
            self.pass_until(happening.at, &mut next_look)?;
            self.happen(happening.what, &mut cases)?;
            self.run()?;
        }
        self.pass_until(self.until, &mut next_look)?;
        self.app().dispatch_due(&|| false)?;
        self.run()?;
        Ok(self.app().cases(&CaseQuery::default(), PageRequest { offset: 0, limit: 1 })?.total)
    }

    /// All that happens until the end, in its order.
    fn happenings<'s>(&self, stories: &'s [Story]) -> Result<Vec<Happening<'s>>> {
        let mut all = Vec::new();
        let mut add = |at: DateTime<Utc>, what: What<'s>| all.push(Happening { at, what });
        for story in stories {
            let course = course(story.course).with_context(|| format!("no course {}", story.course))?;
            let reported = self.until - story.age;
            add(reported, What::Reported(story));
            for (days, deed) in course.deeds {
                let at = reported + minutes(*days);
                match deed {
                    Deed::Talk(words) => {
                        let turns = words.iter().enumerate();
                        turns.for_each(|(turn, words)| {
                            add(at + BREATH * i32::try_from(turn).unwrap_or(i32::MAX), What::Done(story, turn_of(turn, words)))
                        });
                    }
                    deed => add(at, What::Done(story, *deed)),
                }
            }
        }
        for stray in STRAYS {
            let came = self.until - minutes(stray.days_ago);
            add(came, What::Came(stray));
            add(came + SORTED_AFTER, What::Sorted(stray));
        }
        WITHHELD.iter().enumerate().for_each(|(place, (days, reason))| add(self.until - minutes(*days), What::Withheld(place, reason)));
        ILLEGIBLE.iter().for_each(|(days, text)| add(self.until - minutes(*days), What::Illegible(text)));
        all.retain(|happening| happening.at < self.until);
        all.sort_by_key(|happening| happening.at);
        Ok(all)
    }

    fn happen(&self, what: What<'_>, cases: &mut Vec<(usize, CaseId)>) -> Result<()> {
        let (app, stage) = (self.app(), &self.stage);
        match what {
            What::Reported(story) => {
                let hidden = course(story.course).map(|course| course.hidden).unwrap_or_default();
                let registered = app.register_case(&worker(), story.report(hidden), None);
                let case = registered.with_context(|| format!("case {} ({})", story.number, story.course))?.case;
                cases.push((story.number, case.id));
            }
            What::Done(story, deed) => {
                let (_, id) = *cases.iter().find(|(number, _)| *number == story.number).context("a case is reported first")?;
                let done = stage.act(Case { id, story }, deed);
                done.with_context(|| format!("case {} ({}): {deed:?}", story.number, story.course))?;
            }
            What::Came(stray) => {
                let mail = Mail::new(stray.from, app.policy.sender.as_str(), stray.subject, &stage.mail_id(), stage.now(), stray.text);
                stage.comes(&match stray.form {
                    Form::Plain => mail,
                    Form::Html => mail.in_html(),
                    Form::WithFile => with_report(mail),
                })?;
            }
            What::Sorted(stray) => self.sort(stray).with_context(|| stray.subject.to_owned())?,
            What::Withheld(place, reason) => {
                let uid = (1, 4000 + u32::try_from(place)?);
                let mail = UnfetchedMail {
                    mailbox: MAILBOX.into(),
                    uid,
                    arrived_at: stage.now(),
                    recorded_at: stage.now(),
                    reason: reason.to_owned(),
                };
                app.quarantine_unfetched(&mail)?;
            }
            What::Illegible(text) => stage.call_comes(TextInbox::sms(), text)?,
        }
        Ok(())
    }

    fn sort(&self, stray: &Stray) -> Result<()> {
        let find = || -> Result<MessageId> {
            let waiting = self.app().unassigned(TrayState::Open, PageRequest { offset: 0, limit: 100 })?.items;
            let subject = |mail: &followup_app::UnassignedMail| mail.view.message.content.subject.as_deref() == Some(stray.subject);
            Ok(waiting.into_iter().find(subject).context("the mail is not in the tray")?.view.message.id)
        };
        match stray.fate {
            Fate::Waits => {}
            Fate::SetAside(reason) => {
                self.app().discard_mail(&worker(), find()?, reason)?;
            }
            Fate::BecomesCase(product) => {
                let patch = CasePatch { fields: vec![field_of("producto_sospechoso", product)], ..CasePatch::default() };
                self.app().case_from_mail(&worker(), find()?, patch)?;
            }
        }
        Ok(())
    }

    /// The clock goes on; plans are run on the way.
    fn pass_until(&self, at: DateTime<Utc>, next_look: &mut DateTime<Utc>) -> Result<()> {
        while *next_look < at {
            self.clock.set(*next_look);
            self.app().dispatch_due(&|| false)?;
            self.run()?;
            *next_look += TICK;
        }
        self.clock.set(at);
        Ok(())
    }

    /// What happens by itself at once: mail is understood, letters leave.
    fn run(&self) -> Result<()> {
        self.app().process_stored_mail(&|| false)?;
        self.app().read_answers(&|| false)?;
        self.app().deliver_queued(&|| false)?;
        Ok(())
    }
}

fn turn_of(turn: usize, words: &'static str) -> Deed {
    if turn.is_multiple_of(2) { Deed::Says(words) } else { Deed::Writes(followup_domain::message::Channel::Email, words) }
}

#[allow(clippy::cast_possible_truncation)] // Four months in minutes.
fn minutes(days: f64) -> TimeDelta {
    TimeDelta::minutes((days * 1440.0).round() as i64)
}
