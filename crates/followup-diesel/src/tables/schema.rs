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
        search_text -> Text,
        record -> Document,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        last_automatic_at -> Nullable<Instant>,
        last_automatic_message -> Nullable<BigInt>,
        closure_reason -> Nullable<Text>,
        closure_notes -> Nullable<Text>,
        closed_at -> Nullable<Instant>,
        awaiting_since -> Nullable<Instant>,
        escalated_at -> Nullable<Instant>,
        settled_at -> Nullable<Instant>,
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
        created_at -> Instant,
        updated_at -> Instant,
        reactivated_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    raw_mail (id) {
        id -> BigInt,
        sha256 -> Text,
        size -> BigInt,
        bytes -> Binary,
        stored_at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    message (id) {
        id -> BigInt,
        case_id -> Nullable<BigInt>,
        channel -> Text,
        kind -> Text,
        subject -> Nullable<Text>,
        body -> Text,
        body_quoted -> Nullable<Text>,
        from_address -> Nullable<Text>,
        to_address -> Nullable<Text>,
        in_reply_to -> Document,
        reference_ids -> Document,
        external_id -> Nullable<Text>,
        status -> Nullable<Text>,
        delivery -> Nullable<Text>,
        attempt_id -> Nullable<BigInt>,
        parent_id -> Nullable<BigInt>,
        resend_of -> Nullable<BigInt>,
        duplicate_of -> Nullable<BigInt>,
        classification -> Nullable<Text>,
        match_kind -> Nullable<Text>,
        match_confirmed -> Nullable<Bool>,
        attachments -> Document,
        raw_id -> Nullable<BigInt>,
        transport_response -> Nullable<Text>,
        error -> Nullable<Text>,
        unique_key -> Nullable<Text>,
        correspondent -> Nullable<Text>,
        created_at -> Instant,
        transmitted_at -> Nullable<Instant>,
        sent_at -> Nullable<Instant>,
        recorded_at -> Instant,
        call_outcome -> Nullable<Text>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    message_queue (message_id) {
        message_id -> BigInt,
        case_id -> BigInt,
        state -> Text,
        not_before -> Instant,
        lease_until -> Nullable<Instant>,
        token -> Nullable<Text>,
        tries -> Integer,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    asked_field (message_id, path) {
        message_id -> BigInt,
        path -> Text,
        product -> Nullable<Text>,
        position -> Integer,
        case_id -> BigInt,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    answered_field (case_id, path) {
        case_id -> BigInt,
        path -> Text,
        product -> Nullable<Text>,
        asked_by -> BigInt,
        answered_by -> Nullable<BigInt>,
        at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    documented_field (case_id, path) {
        case_id -> BigInt,
        path -> Text,
        product -> Nullable<Text>,
        state -> Text,
        reason -> Text,
        actor -> Text,
        at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    blocked_contact (address) {
        address -> Text,
        reason -> Text,
        actor -> Text,
        at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    failed_address (address) {
        address -> Text,
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
        address -> Text,
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

    /// Kept by triggers.
    unread_reply (case_id, message_id) {
        case_id -> BigInt,
        message_id -> BigInt,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    thread_read (case_id, username) {
        case_id -> BigInt,
        username -> Text,
        up_to -> BigInt,
        read_at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    inbound_mail (id) {
        id -> BigInt,
        mailbox -> Text,
        uid_validity -> Nullable<BigInt>,
        uid -> Nullable<BigInt>,
        arrived_at -> Instant,
        recorded_at -> Instant,
        raw_id -> Nullable<BigInt>,
        state -> Text,
        reason -> Nullable<Text>,
        message_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    inbound_copy (mailbox, uid_validity, uid) {
        mailbox -> Text,
        uid_validity -> BigInt,
        uid -> BigInt,
        inbound_mail_id -> BigInt,
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

    mailbox_cursor (mailbox) {
        mailbox -> Text,
        uid_validity -> BigInt,
        last_uid -> BigInt,
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

    message_alias (alias) {
        alias -> Text,
        message_id -> BigInt,
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

    unassigned_mail (message_id) {
        message_id -> BigInt,
        discarded -> Bool,
        created_at -> Instant,
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

    reply_reading (message_id, parent_id) {
        message_id -> BigInt,
        parent_id -> BigInt,
        body -> Text,
        body_quoted -> Nullable<Text>,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    discarded_quarantine (inbound_mail_id) {
        inbound_mail_id -> BigInt,
        reason -> Text,
        actor -> Text,
        at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    partial_mail (inbound_mail_id) {
        inbound_mail_id -> BigInt,
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
        old -> Document,
        new -> Document,
        reason -> Nullable<Text>,
        prev_hash -> Text,
        hash -> Text,
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

    idempotency_key (scope) {
        scope -> Text,
        fingerprint -> Text,
        resource -> Nullable<BigInt>,
        created_at -> Instant,
    }
}

diesel::table! {
    use super::super::super::sql::*;

    provider_breaker (provider) {
        provider -> Text,
        failures -> Integer,
        stage -> Nullable<Text>,
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

    /// Kept by diesel_migrations.
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(message, asked_field);
diesel::allow_tables_to_appear_in_same_query!(message, mail_notice);
diesel::allow_tables_to_appear_in_same_query!(held_letter, failed_address);
diesel::allow_tables_to_appear_in_same_query!(message, message_queue);
diesel::allow_tables_to_appear_in_same_query!(message, discarded_mail, unassigned_mail);
diesel::allow_tables_to_appear_in_same_query!(message, icsr);
diesel::allow_tables_to_appear_in_same_query!(message, message_alias);
diesel::allow_tables_to_appear_in_same_query!(inbound_mail, raw_mail, discarded_quarantine);
diesel::allow_tables_to_appear_in_same_query!(inbound_mail, inbound_copy);
