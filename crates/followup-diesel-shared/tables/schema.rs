//! The tables, as the migrations make them.

diesel::table! {
    use super::super::super::sql::*;

    icsr (id) {
        id -> BigInt,
        estado -> Text,
        gravedad -> Nullable<Text>,
        followup_status -> Text,
        numero -> Nullable<Text>,
        received_on -> Date,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        last_automatic_at -> Nullable<Instant>,
        last_automatic_message -> Nullable<BigInt>,
        closure_reason -> Nullable<Text>,
        closure_notes -> Nullable<Text>,
        closed_at -> Nullable<Instant>,
        awaiting_since -> Nullable<Instant>,
        settled_at -> Nullable<Instant>,
        escalated_at -> Nullable<Instant>,
        warned_until -> Nullable<Instant>,
        set_aside -> Document,
        search_text -> Text,
        record -> Document,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    reporting_deadline (id) {
        id -> BigInt,
        authority -> Text,
        role -> Text,
        scope -> Text,
        days -> Integer,
        norm -> Text,
        verified -> Bool,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    plan_template (id) {
        id -> BigInt,
        name -> Text,
        reference -> Nullable<Text>,
        attempts -> Document,
        notes -> Nullable<Text>,
        archived -> Bool,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    plan (id) {
        id -> BigInt,
        case_id -> BigInt,
        template_id -> BigInt,
        name -> Text,
        base_at -> Instant,
        status -> Text,
        applied_at -> Instant,
        ended_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    attempt (id) {
        id -> BigInt,
        case_id -> BigInt,
        plan_id -> Nullable<BigInt>,
        position -> Integer,
        label -> Text,
        due_at -> Instant,
        channel -> Text,
        status -> Text,
        reason -> Nullable<Text>,
        message_id -> Nullable<BigInt>,
        reactivated_at -> Nullable<Instant>,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    content (id) {
        id -> BigInt,
        sha256 -> Text,
        size -> BigInt,
        stored_at -> Instant,
        bytes -> Binary,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    message (id) {
        id -> BigInt,
        case_id -> Nullable<BigInt>,
        channel -> Text,
        direction -> Text,
        from_address -> Nullable<Text>,
        to_address -> Nullable<Text>,
        correspondent -> Nullable<Text>,
        parent_id -> Nullable<BigInt>,
        unique_key -> Nullable<Text>,
        created_at -> Instant,
        thread_at -> Instant,
        body -> Text,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    outbound (message_id) {
        message_id -> BigInt,
        kind -> Text,
        status -> Text,
        delivery -> Nullable<Text>,
        attempt_id -> Nullable<BigInt>,
        resend_of -> Nullable<BigInt>,
        reminder_of -> Nullable<BigInt>,
        recipient -> Nullable<Text>,
        content_id -> Nullable<BigInt>,
        transmitted_at -> Nullable<Instant>,
        sent_at -> Nullable<Instant>,
        delivered_at -> Nullable<Instant>,
        read_at -> Nullable<Instant>,
        recorded_at -> Instant,
        provider -> Nullable<Text>,
        parts -> Nullable<Integer>,
        template -> Nullable<Document>,
        words -> Nullable<Text>,
        error -> Nullable<Text>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    inbound (message_id) {
        message_id -> BigInt,
        classification -> Text,
        match_kind -> Nullable<Text>,
        match_confirmed -> Nullable<Bool>,
        duplicate_of -> Nullable<BigInt>,
        content_id -> Nullable<BigInt>,
        recorded_at -> Instant,
        unattended_in -> Nullable<BigInt>,
        tray -> Nullable<Text>,
        tray_at -> Nullable<Instant>,
        quoted -> Nullable<Text>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    mail_header (message_id) {
        message_id -> BigInt,
        subject -> Nullable<Text>,
        has_html -> Bool,
        in_reply_to -> Document,
        reference_ids -> Document,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    call (message_id) {
        message_id -> BigInt,
        outcome -> Text,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    attachment (message_id, n) {
        message_id -> BigInt,
        n -> Integer,
        name -> Nullable<Text>,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Text,
        mime_content_id -> Nullable<Text>,
        content_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    media (message_id, n) {
        message_id -> BigInt,
        n -> Integer,
        provider -> Text,
        source -> Text,
        sha256 -> Nullable<Text>,
        absent -> Nullable<Text>,
        tries -> Integer,
        next_at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    upload (id) {
        id -> BigInt,
        case_id -> BigInt,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Text,
        at -> Instant,
        taken -> Bool,
        bytes -> Nullable<Binary>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    external_name (scope, name, message_id) {
        scope -> Text,
        name -> Text,
        message_id -> BigInt,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    reply_reading (message_id, parent_id) {
        message_id -> BigInt,
        parent_id -> BigInt,
        body -> Text,
        quoted -> Nullable<Text>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    mail_flag (message_id, flag) {
        message_id -> BigInt,
        flag -> Text,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    mail_notice (message_id) {
        message_id -> BigInt,
        why -> Text,
        about -> Nullable<BigInt>,
        action -> Nullable<Text>,
        address -> Nullable<Text>,
        permanence -> Nullable<Text>,
        reason -> Nullable<Text>,
        status -> Nullable<Text>,
        returns_on -> Nullable<Date>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    message_read (message_id, username) {
        message_id -> BigInt,
        username -> Text,
        read_at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    discarded_mail (message_id) {
        message_id -> BigInt,
        reason -> Text,
        actor -> Text,
        at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    message_queue (message_id) {
        message_id -> BigInt,
        case_id -> BigInt,
        channel -> Text,
        state -> Text,
        not_before -> Instant,
        lease_until -> Nullable<Instant>,
        token -> Nullable<Text>,
        tries -> Integer,
        deferred -> Bool,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    provider_breaker (provider) {
        provider -> Text,
        failures -> Integer,
        stage -> Nullable<Text>,
        suspect -> Nullable<BigInt>,
        opened_at -> Nullable<Instant>,
        retry_at -> Nullable<Instant>,
        probe_token -> Nullable<Text>,
        probe_until -> Nullable<Instant>,
        recovered_at -> Nullable<Instant>,
        minute_at -> Nullable<Instant>,
        minute_count -> Integer,
        changed_at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    provider_event (id) {
        id -> BigInt,
        provider -> Text,
        event_key -> Text,
        provider_id -> Nullable<Text>,
        reference -> Nullable<Text>,
        message_id -> Nullable<BigInt>,
        kind -> Text,
        permanence -> Nullable<Text>,
        reason -> Nullable<Text>,
        status -> Nullable<Text>,
        at -> Instant,
        received_at -> Instant,
        content_id -> BigInt,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    whatsapp_template (name, language) {
        name -> Text,
        language -> Text,
        provider_id -> Text,
        status -> Text,
        places -> Document,
        body -> Nullable<Text>,
        told_at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    arrival (id) {
        id -> BigInt,
        channel -> Text,
        mailbox -> Text,
        uid_validity -> Nullable<BigInt>,
        uid -> Nullable<BigInt>,
        arrived_at -> Instant,
        recorded_at -> Instant,
        content_id -> Nullable<BigInt>,
        state -> Text,
        reason -> Nullable<Text>,
        is_partial -> Bool,
        message_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    arrival_copy (mailbox, uid_validity, uid) {
        mailbox -> Text,
        uid_validity -> BigInt,
        uid -> BigInt,
        arrival_id -> BigInt,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    discarded_arrival (arrival_id) {
        arrival_id -> BigInt,
        reason -> Text,
        actor -> Text,
        at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    mailbox_cursor (mailbox) {
        mailbox -> Text,
        uid_validity -> BigInt,
        last_uid -> BigInt,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    mailbox_refusal (mailbox) {
        mailbox -> Text,
        uid_validity -> BigInt,
        uid -> BigInt,
        times -> BigInt,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    mailbox_health (mailbox) {
        mailbox -> Text,
        last_success_at -> Nullable<Instant>,
        last_error -> Nullable<Text>,
        last_error_at -> Nullable<Instant>,
        failing_since -> Nullable<Instant>,
        alarm_since -> Nullable<Instant>,
        reconciled_at -> Nullable<Instant>,
        mailbox_count -> Nullable<BigInt>,
        stored_count -> Nullable<BigInt>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    mailbox_retry (mailbox) {
        mailbox -> Text,
        requested_at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    mailbox_set_back (mailbox) {
        mailbox -> Text,
        since -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    contact_point (key) {
        key -> Text,
        kind -> Text,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    case_contact (case_id, key) {
        case_id -> BigInt,
        key -> Text,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    blocked_contact (key) {
        key -> Text,
        reason -> Text,
        actor -> Text,
        at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    failed_contact (key) {
        key -> Text,
        permanence -> Text,
        reason -> Text,
        status -> Nullable<Text>,
        message_id -> Nullable<BigInt>,
        in_a_row -> Integer,
        held -> Bool,
        at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    /// Attempt 0 is the case's automatic request.
    held_letter (case_id, attempt_id) {
        case_id -> BigInt,
        attempt_id -> BigInt,
        key -> Text,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    field_entry (id) {
        id -> BigInt,
        case_id -> BigInt,
        path -> Text,
        product_id -> Nullable<BigInt>,
        product -> Nullable<Text>,
        state -> Text,
        value -> Nullable<Text>,
        unit -> Nullable<Text>,
        null_flavor -> Nullable<Text>,
        asked_by -> Nullable<BigInt>,
        source_message -> Nullable<BigInt>,
        span_start -> Nullable<Integer>,
        span_end -> Nullable<Integer>,
        takes_back -> Nullable<BigInt>,
        actor -> Nullable<Text>,
        reason -> Nullable<Text>,
        at -> Nullable<Instant>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    audit_log (chain, seq) {
        chain -> Text,
        seq -> BigInt,
        at -> Instant,
        actor -> Text,
        action -> Text,
        entity -> Text,
        entity_id -> BigInt,
        prev_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    audit_fact (chain, seq, fact) {
        chain -> Text,
        seq -> BigInt,
        fact -> Text,
        commitment -> Binary,
        salt -> Nullable<Binary>,
        value -> Nullable<Text>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    audit_head (chain) {
        chain -> Text,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    app_user (id) {
        id -> BigInt,
        username -> Text,
        email -> Nullable<Text>,
        roles -> Document,
        password_hash -> Text,
        disabled -> Bool,
        created_at -> Instant,
        tokens_valid_from -> Nullable<Instant>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    letter_draft (case_id, username, channel) {
        case_id -> BigInt,
        username -> Text,
        channel -> Text,
        version -> BigInt,
        content -> Document,
        updated_at -> Instant,
        sent_as -> Nullable<BigInt>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    answer_reading (message_id) {
        message_id -> BigInt,
        case_id -> BigInt,
        state -> Text,
        version -> Nullable<Text>,
        error -> Nullable<Text>,
        unread -> Document,
        at -> Nullable<Instant>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    proposal (id) {
        id -> BigInt,
        case_id -> BigInt,
        message_id -> BigInt,
        field -> Text,
        product_id -> Nullable<BigInt>,
        state -> Text,
        value -> Nullable<Text>,
        unit -> Nullable<Text>,
        exactness -> Text,
        computed -> Bool,
        words -> Text,
        span_start -> Integer,
        span_end -> Integer,
        rule -> Text,
        class -> Text,
        conflicts -> Document,
        read_at -> Instant,
        status -> Text,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Instant>,
        decided_value -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    letter_text (name) {
        name -> Text,
        version -> BigInt,
        changed_by -> Text,
        changed_at -> Instant,
        body -> Nullable<Text>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    web_session (key) {
        key -> Text,
        user_id -> Nullable<BigInt>,
        username -> Text,
        email -> Nullable<Text>,
        roles -> Document,
        tenant -> Nullable<Text>,
        is_own -> Bool,
        began_at -> Instant,
        seen_at -> Instant,
        ends_at -> Instant,
        address -> Nullable<Text>,
        program -> Nullable<Text>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    idempotency_key (scope) {
        scope -> Text,
        fingerprint -> Text,
        resource -> Nullable<BigInt>,
        created_at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    case_standing (case_id) {
        case_id -> BigInt,
        serious -> Nullable<Bool>,
        product -> Nullable<Text>,
        missing -> BigInt,
        reachable -> Bool,
        unattended -> BigInt,
        moved_at -> Instant,
        next_at -> Nullable<Instant>,
        next_kind -> Nullable<Text>,
        computed_by -> Text,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    case_lane (case_id, lane) {
        lane -> Text,
        case_id -> BigInt,
        ask -> Text,
        since -> Instant,
        due_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    outdated_standing (case_id) {
        case_id -> BigInt,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    /// Kept by diesel_migrations.
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

diesel::joinable!(case_standing -> icsr (case_id));
diesel::joinable!(attempt -> message (message_id));
diesel::joinable!(outbound -> message (message_id));
diesel::joinable!(inbound -> message (message_id));
diesel::joinable!(mail_header -> message (message_id));
diesel::joinable!(call -> message (message_id));
diesel::joinable!(mail_notice -> message (message_id));
diesel::joinable!(external_name -> message (message_id));
diesel::joinable!(discarded_mail -> message (message_id));

diesel::allow_tables_to_appear_in_same_query!(
    message,
    outbound,
    inbound,
    mail_header,
    call,
    external_name,
    reply_reading,
    mail_notice,
    discarded_mail,
    message_queue,
    field_entry,
    case_contact,
    icsr,
    mail_flag,
    message_read,
    case_standing,
);
diesel::allow_tables_to_appear_in_same_query!(attempt, message);
diesel::allow_tables_to_appear_in_same_query!(outdated_standing, case_contact);
diesel::allow_tables_to_appear_in_same_query!(attachment, mail_flag, media);
diesel::allow_tables_to_appear_in_same_query!(media, message);
diesel::allow_tables_to_appear_in_same_query!(held_letter, failed_contact);
diesel::allow_tables_to_appear_in_same_query!(held_letter, case_contact);
diesel::allow_tables_to_appear_in_same_query!(arrival, content, discarded_arrival);
diesel::allow_tables_to_appear_in_same_query!(arrival, arrival_copy);
