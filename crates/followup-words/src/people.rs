//! Who did something, as people read it.

/// An actor, as the audit trail names them: the name of a person, or the service itself.
pub fn actor(named: &str) -> String {
    match named.split_once(':') {
        Some(("user", name)) => name.to_owned(),
        Some(("service", _)) => "el servicio".to_owned(),
        _ if named == "user" => "una persona".to_owned(),
        _ => named.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_named_and_the_service_is_one() {
        let said: Vec<String> = ["user:ana", "user:a:b", "service:dispatcher", "user"].iter().map(|named| actor(named)).collect();
        assert_eq!(said, ["ana", "a:b", "el servicio", "una persona"]);
    }
}
