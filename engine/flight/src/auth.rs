//! Who may call: the server token, Basic logins and the signed bearers given out at login.
//!
//! A bearer is `<session id>.<HMAC-SHA256 of the id>`, keyed by the server token. It needs no table
//! on the server, so one handed out before a restart is still good afterwards, and a new token
//! makes all the old bearers void.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sha2::{Digest, Sha256};
use tonic::Status;
use uuid::Uuid;

/// Base64 of logins. Go clients leave the padding out, all others write it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a valid `authorization` header, or its absence on an open server, says about the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Knows the token, or no token is set.
    Admitted,
    /// Holds a bearer this server signed for the session.
    Session(Uuid),
}

/// The secrets of one server.
pub(crate) struct Keys {
    token: Option<[u8; 32]>,
    signing: [u8; 32],
}

impl Keys {
    /// Without a token everybody is admitted and bearers are good for the life of the process.
    pub(crate) fn new(token: Option<&str>) -> Self {
        let secret = match token {
            Some(token) => token.as_bytes().to_vec(),
            None => [*Uuid::new_v4().as_bytes(), *Uuid::new_v4().as_bytes()].concat(),
        };
        let signing = hmac(&secret, b"trademl-sql flight bearer v1");
        Self { token: token.map(|token| hmac(&signing, token.as_bytes())), signing }
    }

    /// The caller behind an `authorization` header.
    pub(crate) fn caller(&self, authorization: Option<&str>) -> Result<Caller, Status> {
        let secret = match authorization.and_then(|value| value.trim().split_once(' ')) {
            Some((scheme, bearer)) if scheme.eq_ignore_ascii_case("bearer") => {
                if let Some(id) = self.session(bearer.trim()) {
                    return Ok(Caller::Session(id));
                }
                Some(bearer.trim().to_owned())
            }
            Some((scheme, login)) if scheme.eq_ignore_ascii_case("basic") => {
                Some(password(login).unwrap_or_default())
            }
            _ => None,
        };
        let Some(expected) = &self.token else { return Ok(Caller::Admitted) };
        match secret {
            Some(secret) if same(&hmac(&self.signing, secret.as_bytes()), expected) => {
                Ok(Caller::Admitted)
            }
            Some(_) => Err(Status::unauthenticated(
                "authorization: the token is not the one of this server, log in again with the \
                 current token",
            )),
            None => Err(Status::unauthenticated(
                "authorization: missing, send 'Bearer <token>' or log in with any user name and \
                 the token as password",
            )),
        }
    }

    /// The id of a session with our signature, for a bearer or a cookie.
    pub(crate) fn sign(&self, id: Uuid) -> String {
        let mac = hmac(&self.signing, id.as_bytes());
        format!("{}.{}", id.simple(), hex(&mac))
    }

    /// The session of a bearer or cookie that we signed.
    pub(crate) fn session(&self, signed: &str) -> Option<Uuid> {
        let (id, _) = signed.split_once('.')?;
        let id = Uuid::try_parse(id).ok()?;
        same(self.sign(id).as_bytes(), signed.as_bytes()).then_some(id)
    }
}

/// The password of `user:password` in base64; the user name is free, one token serves all.
fn password(login: &str) -> Option<String> {
    let login = String::from_utf8(BASE64.decode(login.trim()).ok()?).ok()?;
    login.split_once(':').map(|(_, password)| password.to_owned())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Equality in a time that depends on the lengths alone.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && std::hint::black_box(left.iter().zip(right).fold(0, |acc, (a, b)| acc | (a ^ b))) == 0
}

/// HMAC-SHA256 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "correct horse battery staple";

    fn basic(text: &str) -> String {
        format!("Basic {}", BASE64.encode(text))
    }

    /// RFC 4231, test cases 2 and 6 (a key longer than a block).
    #[test]
    fn hmac_follows_the_rfc() {
        assert_eq!(
            hex(&hmac(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&hmac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn token_is_taken_as_bearer_and_as_password() {
        let keys = Keys::new(Some(TOKEN));
        let unpadded = basic(&format!("bob:{TOKEN}")).trim_end_matches('=').to_owned();
        for good in [format!("Bearer {TOKEN}"), basic(&format!("ana:{TOKEN}")), unpadded] {
            assert_eq!(keys.caller(Some(&good)).unwrap(), Caller::Admitted, "{good}");
        }
        for bad in ["Bearer x", "Bearer", "Basic !!", "Digest a", "", &basic(TOKEN)] {
            let status = keys.caller(Some(bad)).unwrap_err();
            assert_eq!(status.code(), tonic::Code::Unauthenticated, "{bad}");
            assert!(!status.message().contains(TOKEN));
        }
        assert!(keys.caller(None).is_err());
    }

    #[test]
    fn bearers_survive_a_restart_but_not_a_new_token() {
        let id = Uuid::new_v4();
        let bearer = format!("Bearer {}", Keys::new(Some(TOKEN)).sign(id));
        let again = Keys::new(Some(TOKEN));
        assert_eq!(again.caller(Some(&bearer)).unwrap(), Caller::Session(id));
        assert!(Keys::new(Some("another token of ours")).caller(Some(&bearer)).is_err());
        let forged = bearer.replace(&id.simple().to_string(), &Uuid::nil().simple().to_string());
        assert!(again.caller(Some(&forged)).is_err());
    }

    #[test]
    fn open_server_admits_all_and_forgets_old_bearers() {
        let id = Uuid::new_v4();
        let open = Keys::new(None);
        assert_eq!(open.caller(None).unwrap(), Caller::Admitted);
        let bearer = format!("Bearer {}", open.sign(id));
        assert_eq!(open.caller(Some(&bearer)).unwrap(), Caller::Session(id));
        assert_eq!(Keys::new(None).caller(Some(&bearer)).unwrap(), Caller::Admitted);
    }
}
