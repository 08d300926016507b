//! The form of a plan: as many attempts as it has, and empty rows for more. A row in which nothing stands is none.

use followup_answers::Refusal;
use followup_domain::asking::plan::{PlanTemplate, PlannedChannel, TemplateAttempt};
use followup_domain::ports::NewTemplate;
use followup_words::answers as texts;
use serde::Serialize;

use crate::form::Form;
use crate::show::fields::{Fields, LONGEST_NAME, LONGEST_TEXT, Spec};
use crate::show::mistakes::Mistake;

const SPECS: &[Spec] = &[("nombre", "name", "Nombre del plan"), ("referencia", "ref", "Referencia"), ("notas", "notes", "Notas")];
/// Empty rows below the attempts.
const SPARE: usize = 3;
/// A plan has so many attempts, as the API has it.
const MOST: usize = 50;

/// The form as it is shown.
#[derive(Serialize)]
pub(super) struct PlanForm {
    fields: Fields,
    attempts: Vec<AttemptRow>,
    /// What is wrong with the attempts.
    mistakes: Vec<Mistake>,
}

#[derive(Serialize, Clone)]
struct AttemptRow {
    n: usize,
    label: String,
    hours: String,
    channel: String,
    wrong_label: Option<String>,
    wrong_hours: Option<String>,
}

impl AttemptRow {
    fn empty(n: usize) -> Self {
        Self { n, label: String::new(), hours: String::new(), channel: "auto".into(), wrong_label: None, wrong_hours: None }
    }

    fn says_nothing(&self) -> bool {
        self.label.is_empty() && self.hours.is_empty()
    }
}

impl PlanForm {
    /// For a new plan.
    pub(super) fn empty() -> Self {
        Self { fields: Fields::empty("plan", SPECS), attempts: Vec::new(), mistakes: Vec::new() }.with_spare_rows()
    }

    /// Of a plan that is there.
    pub(super) fn of(plan: &PlanTemplate) -> Self {
        let fields = Fields::empty("plan", SPECS).with("nombre", plan.name.as_str());
        let fields = fields.with("referencia", plan.reference.clone().unwrap_or_default());
        let row = |(at, attempt): (usize, &TemplateAttempt)| AttemptRow {
            label: attempt.label.clone(),
            hours: attempt.after_hours.to_string(),
            channel: attempt.channel.as_str().into(),
            ..AttemptRow::empty(at + 1)
        };
        Self {
            fields: fields.with("notas", plan.notes.clone().unwrap_or_default()),
            attempts: plan.attempts.iter().enumerate().map(row).collect(),
            mistakes: Vec::new(),
        }
        .with_spare_rows()
    }

    /// As somebody filled it in.
    pub(super) fn typed(form: &Form) -> Self {
        let (labels, hours, channels): (Vec<_>, Vec<_>, Vec<_>) =
            (form.all("intento").collect(), form.all("horas").collect(), form.all("canal").collect());
        let text = |all: &[&str], at: usize| all.get(at).map_or_else(String::new, |text| text.trim().to_owned());
        let rows = (0..labels.len().max(hours.len()).min(MOST + SPARE)).map(|at| AttemptRow {
            label: text(&labels, at),
            hours: text(&hours, at),
            channel: text(&channels, at),
            ..AttemptRow::empty(at + 1)
        });
        Self { fields: Fields::typed("plan", SPECS, form), attempts: rows.collect(), mistakes: Vec::new() }
    }

    /// With empty rows below the last one that says something.
    pub(super) fn with_spare_rows(mut self) -> Self {
        while self.attempts.last().is_some_and(AttemptRow::says_nothing) {
            self.attempts.pop();
        }
        for _ in 0..SPARE {
            self.attempts.push(AttemptRow::empty(self.attempts.len() + 1));
        }
        self
    }

    /// What is to be stored; none where something is wrong, which the form says then.
    pub(super) fn read(&mut self, form: &Form) -> Option<NewTemplate> {
        for (name, longest) in [("nombre", LONGEST_NAME), ("referencia", LONGEST_NAME), ("notas", LONGEST_TEXT)] {
            if let Err(Refusal::Invalid(errors)) = form.within(name, longest) {
                errors.into_iter().for_each(|error| self.fields.refuse(name, error.message));
            }
        }
        let attempts: Vec<TemplateAttempt> = self.filled().into_iter().filter_map(|at| self.attempt(at)).collect();
        if attempts.len() > MOST {
            self.mistakes.push(Mistake { anchor: None, label: "Intentos".into(), message: texts::too_many(MOST) });
        }
        let given = |name| form.given(name).map(str::to_owned);
        let template = NewTemplate { name: form.text("nombre").into(), reference: given("referencia"), attempts, notes: given("notas") };
        (!self.is_wrong()).then_some(template)
    }

    /// Takes over what the use case refused.
    ///
    /// # Errors
    /// It refused for another reason.
    pub(super) fn refused(mut self, refusal: Refusal) -> Result<Self, Refusal> {
        let Refusal::Invalid(errors) = refusal else { return Err(refusal) };
        let (of_rows, others): (Vec<_>, Vec<_>) = errors.into_iter().partition(|error| error.field.starts_with("attempts["));
        for error in of_rows {
            let place = error.field.trim_start_matches("attempts[").split(']').next().and_then(|text| text.parse::<usize>().ok());
            if let Some(at) = place.and_then(|place| self.filled().get(place).copied()) {
                self.refuse(at, error.field.ends_with("label"), error.message);
            }
        }
        for error in others {
            match error.field.as_str() {
                "attempts" => {
                    self.mistakes.push(Mistake { anchor: Some("intento-1".into()), label: "Intentos".into(), message: error.message })
                }
                _ => self.fields = self.fields.refused(Refusal::Invalid(vec![error]))?,
            }
        }
        Ok(self)
    }

    fn is_wrong(&self) -> bool {
        self.fields.are_wrong() || !self.mistakes.is_empty()
    }

    /// The places of the rows in which something stands.
    fn filled(&self) -> Vec<usize> {
        (0..self.attempts.len()).filter(|at| !self.attempts[*at].says_nothing()).collect()
    }

    fn attempt(&mut self, at: usize) -> Option<TemplateAttempt> {
        let AttemptRow { label, hours, channel, .. } = self.attempts[at].clone();
        let is_long = label.chars().count() > LONGEST_NAME;
        if is_long {
            self.refuse(at, true, texts::too_long(LONGEST_NAME));
        }
        let after_hours = hours.parse().ok();
        if after_hours.is_none() {
            self.refuse(at, false, texts::INTEGER_EXPECTED.into());
        }
        let channel = PlannedChannel::parse(&channel).unwrap_or(PlannedChannel::Auto);
        after_hours.filter(|_| !is_long).map(|after_hours| TemplateAttempt { label, after_hours, channel })
    }

    fn refuse(&mut self, at: usize, is_label: bool, message: String) {
        let row = &mut self.attempts[at];
        let (what, anchor) = if is_label { ("nombre", format!("intento-{}", row.n)) } else { ("horas", format!("horas-{}", row.n)) };
        self.mistakes.push(Mistake { anchor: Some(anchor), label: format!("Intento {}, {what}", row.n), message: message.clone() });
        *(if is_label { &mut row.wrong_label } else { &mut row.wrong_hours }) = Some(message);
    }
}
