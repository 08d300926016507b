//! AWS Signature Version 4 (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>).

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A request as it is signed.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'r> {
    /// `GET` or `POST`.
    pub method: &'r str,
    /// The path, percent-encoded.
    pub path: &'r str,
    /// The query, its parameters in order and percent-encoded; empty without one.
    pub query: &'r str,
    /// The headers that are signed: names in lower case and in order, values without blanks around them.
    pub headers: &'r [(&'r str, &'r str)],
    /// The body.
    pub body: &'r [u8],
}

/// The `Authorization` header of a request. `key`: an access key's name and its secret. `time`: as in `x-amz-date`, `20150830T123600Z`.
/// `region_and_service`: as in `us-east-1` and `sns`.
pub fn authorization(request: Signed<'_>, key: (&str, &str), time: &str, region_and_service: (&str, &str)) -> String {
    let (id, secret) = key;
    let (region, service) = region_and_service;
    let date = time.get(..8).unwrap_or(time);
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let names = request.headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let text = format!("{ALGORITHM}\n{time}\n{scope}\n{}", hash(canonical(request, &names).as_bytes()));
    let start = format!("AWS4{secret}").into_bytes();
    let signing = [date, region, service, "aws4_request"].iter().fold(start, |key, part| mac(&key, part));
    let signature = hexadecimal(&mac(&signing, &text));
    format!("{ALGORITHM} Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}")
}

fn canonical(Signed { method, path, query, headers, body }: Signed<'_>, names: &str) -> String {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{}", hash(body))
}

/// HMAC takes keys of any length.
#[allow(clippy::expect_used)]
fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

fn hash(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: (&str, &str) = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    const TIME: &str = "20150830T123600Z";
    const HOST: (&str, &str) = ("host", "example.amazonaws.com");
    const DATE: (&str, &str) = ("x-amz-date", TIME);
    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

    fn signature(request: Signed<'_>, service: &str) -> String {
        let header = authorization(request, KEY, TIME, ("us-east-1", service));
        header.rsplit_once("Signature=").unwrap().1.to_owned()
    }

    /// AWS's published test suite: get-vanilla, get-vanilla-query-order-key-case, post-vanilla, post-x-www-form-urlencoded.
    #[test]
    fn the_published_requests_have_their_published_signatures() {
        let get = Signed { method: "GET", path: "/", query: "", headers: &[HOST, DATE], body: b"" };
        for (request, published) in [
            (get, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            (Signed { query: "Param1=value1&Param2=value2", ..get }, "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
            (Signed { method: "POST", ..get }, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
            (
                Signed { method: "POST", headers: &[FORM, HOST, DATE], body: b"Param1=value1", ..get },
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            ),
        ] {
            assert_eq!(signature(request, "service"), published, "{request:?}");
        }
    }

    /// The example that AWS's documentation goes through step by step.
    #[test]
    fn the_documented_example_has_its_documented_signature() {
        let headers = [("content-type", "application/x-www-form-urlencoded; charset=utf-8"), ("host", "iam.amazonaws.com"), DATE];
        let request = Signed { method: "GET", path: "/", query: "Action=ListUsers&Version=2010-05-08", headers: &headers, body: b"" };
        assert_eq!(
            authorization(request, KEY, TIME, ("us-east-1", "iam")),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, \
             Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        );
    }
}
