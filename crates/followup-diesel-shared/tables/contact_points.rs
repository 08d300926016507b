//! Ways to reach somebody, by the key that names them everywhere; and those that stand in a case's record.

use diesel::prelude::*;
use followup_domain::case::CaseRecord;
use followup_domain::contact::emails_of;

use super::super::Conn;
use super::address_key;
use super::schema::{case_contact, contact_point};
use crate::error::Done;

/// The key of an address that is there afterwards.
pub(super) fn known(conn: &mut Conn, address: &str) -> Done<String> {
    let key = address_key(address);
    insert(conn, std::slice::from_ref(&key))?;
    Ok(key)
}

fn insert(conn: &mut Conn, keys: &[String]) -> Done<()> {
    let kind = |key: &str| if key.contains('@') { "email" } else { "phone" };
    let rows: Vec<_> = keys.iter().map(|key| (contact_point::key.eq(key), contact_point::kind.eq(kind(key)))).collect();
    for row in rows {
        diesel::insert_into(contact_point::table).values(row).on_conflict_do_nothing().execute(conn)?;
    }
    Ok(())
}

/// The addresses of a record.
pub(super) fn keys_of(record: &CaseRecord) -> Vec<String> {
    let texts = [&record.reportante_contacto, &record.reportante_email, &record.reportante_telefono];
    let [contact, email, phone] = texts.map(|text| text.as_deref());
    let mut keys: Vec<String> = emails_of(contact, email, phone).iter().map(|email| address_key(email.as_str())).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Notes the contact points of a new case.
pub(super) fn insert_of_case(conn: &mut Conn, case_id: i64, keys: &[String]) -> Done<()> {
    insert(conn, keys)?;
    for key in keys {
        let row = (case_contact::case_id.eq(case_id), case_contact::key.eq(key));
        diesel::insert_into(case_contact::table).values(row).on_conflict_do_nothing().execute(conn)?;
    }
    Ok(())
}

/// Sets the contact points of a case, in place of those that it had.
pub(super) fn set_of_case(conn: &mut Conn, case_id: i64, keys: &[String]) -> Done<()> {
    let of_case = case_contact::table.filter(case_contact::case_id.eq(case_id));
    let known: Vec<String> = of_case.select(case_contact::key).load(conn)?;
    if known.len() == keys.len() && known.iter().all(|key| keys.contains(key)) {
        return Ok(());
    }
    insert_of_case(conn, case_id, keys)?;
    diesel::delete(of_case.filter(case_contact::key.ne_all(keys))).execute(conn)?;
    Ok(())
}
