//! Letters as the unit has them: in its own words where those can be used, else in those that are brought along.

use followup_domain::asking::request::{Letter, RenderError, RequestLetter};
use followup_domain::message::Channel;
use followup_domain::ports::StoreError;

use crate::step::Step;

/// Lays a letter out. A text of the unit's own that cannot be used stops no letter: the one that is brought along takes its place, and the settings say so.
pub(crate) fn render(step: &mut Step<'_>, channel: Channel, letter: &RequestLetter) -> Result<Result<Letter, RenderError>, StoreError> {
    let letters = step.deployment.letters;
    let own = step.tx.letter_texts().own()?;
    if own.is_empty() {
        return Ok(letters.render(channel, letter));
    }
    Ok(letters.render_with(&own, channel, letter).or_else(|error| {
        tracing::warn!(%channel, %error, "a letter of the unit's own cannot be laid out: the one that is brought along goes");
        letters.render(channel, letter)
    }))
}
