//! What was answered, counted by the database: no text of a message is read, and no message is loaded.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use followup_domain::board::{AGES, By, CURVE_DAYS, HORIZON_DAYS, LAST_ATTEMPT, Span, Tally, Waiting, no_waiting};
use followup_domain::ports::{BoardRepository, CountedAnswers, StoreError};

use super::super::{Conn, sql};
use super::At;
use super::work::Work;
use crate::error::{Done, unreadable};

/// Moments of the cases that were written to in a span, in their order; each request with the first answer after it, and with that alone that came before
/// the next. Joins are written in the order in which they are cheap: by the cases, not through all that ever came in. `$1` and `$2` bound the span, local time is `$3` seconds ahead, `$4` is now in seconds; `$5` and `$6` are the most days that are counted of a
/// case and of a request, `$7` is the last attempt that is told apart. SQLite numbers them as they first stand here: in their order.
const COUNT: &str = concat!(
    "WITH asked AS (
        SELECT DISTINCT message.case_id AS case_id
        FROM outbound JOIN message ON message.id = outbound.message_id
        WHERE outbound.sent_at >= $1 AND outbound.sent_at < $2 AND message.direction = 'out'
    ), moment AS (
        SELECT message.case_id AS case_id, message.id AS id, outbound.sent_at AS happened, 1 AS is_request, message.channel AS channel,
            CASE WHEN outbound.template ->> 'name' IS NOT NULL THEN 'whatsapp:' || (outbound.template ->> 'name')
                WHEN outbound.kind = 'manual' THEN 'written' END AS words
        FROM asked CROSS JOIN message CROSS JOIN outbound
        WHERE message.case_id = asked.case_id AND outbound.message_id = message.id
            AND message.direction = 'out' AND outbound.kind <> 'call' AND outbound.sent_at IS NOT NULL AND outbound.delivery <> 'bounced'
        UNION ALL
        SELECT message.case_id, message.id, message.created_at, 0, message.channel, NULL
        FROM asked CROSS JOIN message CROSS JOIN inbound
        WHERE message.case_id = asked.case_id AND inbound.message_id = message.id
            AND inbound.classification = 'human' AND inbound.match_confirmed
        UNION ALL
        SELECT message.case_id, message.id, message.created_at, 0, message.channel, NULL
        FROM asked CROSS JOIN message CROSS JOIN call
        WHERE message.case_id = asked.case_id AND call.message_id = message.id AND call.outcome = 'reached'
    ), ordered AS (
        SELECT is_request, happened, channel, words,
            sum(is_request) OVER (PARTITION BY case_id ORDER BY happened, is_request DESC, id ROWS UNBOUNDED PRECEDING) AS turn,
            min(CASE WHEN is_request = 0 THEN happened END) OVER (PARTITION BY case_id ORDER BY happened, is_request DESC, id
                ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS ever_heard,
            min(CASE WHEN is_request = 1 THEN happened END) OVER (PARTITION BY case_id ORDER BY happened, is_request DESC, id
                ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS asked_again
        FROM moment
    ), answered AS (
        SELECT happened, channel, words, turn, ever_heard, CASE WHEN asked_again IS NULL OR ever_heard < asked_again THEN ever_heard END AS heard
        FROM ordered
        WHERE is_request = 1 AND happened >= $1 AND happened < $2
    ), request AS (
        SELECT channel, turn,
            CASE WHEN words IS NOT NULL THEN words WHEN turn = 1 THEN 'request' ELSE 'reminder' END AS words,
            CASE WHEN heard IS NULL THEN 0 ELSE 1 END AS is_heard,
            CASE WHEN ever_heard IS NULL THEN 0 ELSE 1 END AS is_ever_heard,
            ",
    seconds_of!("happened"),
    " + $3 AS local_seconds,
            (CASE WHEN heard IS NULL THEN $4 ELSE ",
    seconds_of!("heard"),
    " END - ",
    seconds_of!("happened"),
    ") / 86400 AS days,
            (CASE WHEN ever_heard IS NULL THEN $4 ELSE ",
    seconds_of!("ever_heard"),
    " END - ",
    seconds_of!("happened"),
    ") / 86400 AS case_days
        FROM answered
    ), bounded AS (
        SELECT channel, words, turn, is_heard, is_ever_heard,
            CASE WHEN case_days < 0 THEN 0 WHEN case_days > $5 THEN $5 ELSE case_days END AS case_days,
            CASE WHEN days < 0 THEN 0 WHEN days > $6 THEN $6 ELSE days END AS days,
            CASE WHEN turn > $7 THEN $7 ELSE turn END AS attempt,
            (local_seconds / 86400 + 3) % 7 + 1 AS weekday,
            local_seconds % 86400 / 3600 AS hour
        FROM request
    )
    SELECT 'case' AS told_apart, '' AS label, case_days AS days, is_ever_heard AS is_heard, count(*) AS many
        FROM bounded WHERE turn = 1 GROUP BY case_days, is_ever_heard
    UNION ALL SELECT 'channel', channel, days, is_heard, count(*) FROM bounded GROUP BY channel, days, is_heard
    UNION ALL SELECT 'template', words, days, is_heard, count(*) FROM bounded GROUP BY words, days, is_heard
    UNION ALL SELECT 'attempt', CAST(attempt AS text), days, is_heard, count(*) FROM bounded GROUP BY attempt, days, is_heard
    UNION ALL SELECT 'weekday', CAST(weekday AS text), days, is_heard, count(*) FROM bounded GROUP BY weekday, days, is_heard
    UNION ALL SELECT 'hour', CAST(hour AS text), days, is_heard, count(*) FROM bounded GROUP BY hour, days, is_heard",
);

/// Along the index of what waits: `$1` to `$5` are the instants at which the ages end.
const WAITING: &str =
    "SELECT CAST(CASE WHEN icsr.awaiting_since >= $1 THEN 0 WHEN icsr.awaiting_since >= $2 THEN 1 WHEN icsr.awaiting_since >= $3 THEN 2
        WHEN icsr.awaiting_since >= $4 THEN 3 WHEN icsr.awaiting_since >= $5 THEN 4 ELSE 5 END AS bigint) AS age,
        count(*) AS many, CAST(sum(CASE WHEN case_standing.serious THEN 1 ELSE 0 END) AS bigint) AS serious
    FROM icsr LEFT JOIN case_standing ON case_standing.case_id = icsr.id
    WHERE icsr.awaiting_since IS NOT NULL AND icsr.followup_status = 'open'
    GROUP BY age";

#[derive(QueryableByName)]
struct CountedRow {
    #[diesel(sql_type = sql::Text)]
    told_apart: String,
    #[diesel(sql_type = sql::Text)]
    label: String,
    #[diesel(sql_type = sql::BigInt)]
    days: i64,
    #[diesel(sql_type = sql::Integer)]
    is_heard: i32,
    #[diesel(sql_type = sql::BigInt)]
    many: i64,
}

#[derive(QueryableByName)]
struct WaitingRow {
    #[diesel(sql_type = sql::BigInt)]
    age: i64,
    #[diesel(sql_type = sql::BigInt)]
    many: i64,
    #[diesel(sql_type = sql::BigInt)]
    serious: i64,
}

impl BoardRepository for Work<'_> {
    fn answers(&mut self, span: Span, now: DateTime<Utc>) -> Result<Vec<CountedAnswers>, StoreError> {
        self.read(|conn| answers(conn, span, now))
    }

    fn waiting(&mut self, now: DateTime<Utc>) -> Result<Vec<Waiting>, StoreError> {
        self.read(|conn| waiting(conn, now))
    }
}

fn answers(conn: &mut Conn, span: Span, now: DateTime<Utc>) -> Done<Vec<CountedAnswers>> {
    let rows: Vec<CountedRow> = diesel::sql_query(COUNT)
        .bind::<sql::Instant, _>(At::from(span.from))
        .bind::<sql::Instant, _>(At::from(span.to))
        .bind::<sql::BigInt, _>(span.offset)
        .bind::<sql::BigInt, _>(now.timestamp())
        .bind::<sql::BigInt, _>(i64::from(CURVE_DAYS))
        .bind::<sql::BigInt, _>(i64::from(HORIZON_DAYS))
        .bind::<sql::BigInt, _>(i64::from(LAST_ATTEMPT))
        .load(conn)?;
    let counted = |row: CountedRow| {
        let by = match row.told_apart.as_str() {
            "case" => None,
            code => Some(By::parse(code).ok_or_else(|| unreadable("what counted answers are told apart by"))?),
        };
        let days = u32::try_from(row.days).map_err(|_| unreadable("days of counted answers"))?;
        let tally = Tally { days, is_answered: row.is_heard != 0, count: u64::try_from(row.many).unwrap_or_default() };
        Ok(CountedAnswers { by, key: row.label, tally })
    };
    rows.into_iter().map(counted).collect()
}

fn waiting(conn: &mut Conn, now: DateTime<Utc>) -> Done<Vec<Waiting>> {
    let [first, second, third, fourth, fifth] = AGES.map(|days| {
        // What waits for seven days and an hour has waited for seven whole days.
        At::from(now.checked_sub_signed(Duration::days(i64::from(days) + 1)).unwrap_or(DateTime::UNIX_EPOCH) + Duration::microseconds(1))
    });
    let rows: Vec<WaitingRow> = diesel::sql_query(WAITING)
        .bind::<sql::Instant, _>(first)
        .bind::<sql::Instant, _>(second)
        .bind::<sql::Instant, _>(third)
        .bind::<sql::Instant, _>(fourth)
        .bind::<sql::Instant, _>(fifth)
        .load(conn)?;
    let mut ages = no_waiting();
    for row in rows {
        if let Some(age) = usize::try_from(row.age).ok().and_then(|index| ages.get_mut(index)) {
            (age.cases, age.serious) = (u64::try_from(row.many).unwrap_or_default(), u64::try_from(row.serious).unwrap_or_default());
        }
    }
    Ok(ages)
}
