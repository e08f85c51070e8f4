//! Signatures over records: those of OpenSSH hold, everything else does not.

use canonry::governance::signature::{Checked, NAMESPACE, PublicKey, SigningKey, check};

use crate::environment::Environment;

const RECORD: &[u8] = b"{\"decision\": \"approve\"}\n";

/// Signs with `ssh-keygen` itself.
fn armour(environment: &Environment, key: &str, namespace: &str, hash: &str) -> Vec<u8> {
    let record = environment.path("record");
    std::fs::write(&record, RECORD).expect("written");
    let script = format!("ssh-keygen -q -Y sign -n {namespace} -O hashalg={hash} -f '{key}' < '{}'", record.display());
    environment.program("sh", &["-c", &script]).expect(0).stdout.into_bytes()
}

fn public(key: &std::path::Path) -> PublicKey {
    let text = std::fs::read_to_string(key.with_extension("pub")).expect("a public key");
    PublicKey::parse(&text).expect("a public key")
}

#[test]
fn keys_of_openssh_sign_and_verify() {
    let environment = Environment::new();
    let kinds: [&[&str]; 5] = [
        &["-t", "ed25519"],
        &["-t", "ecdsa", "-b", "256"],
        &["-t", "ecdsa", "-b", "384"],
        &["-t", "ecdsa", "-b", "521"],
        &["-t", "rsa", "-b", "3072"],
    ];
    for (index, options) in kinds.iter().enumerate() {
        let key = environment.key(&format!("key{index}"), options);
        let made = armour(&environment, &key.to_string_lossy(), NAMESPACE, "sha512");
        assert_eq!(check(RECORD, &made), Checked::Good(public(&key)), "{options:?}");
        let signing = SigningKey::find(&key.to_string_lossy(), None).expect("a key");
        let own = signing.sign(RECORD).expect("a signature");
        assert_eq!(check(RECORD, &own), Checked::Good(public(&key)), "{options:?}");
        let shown = environment.program("ssh-keygen", &["-l", "-f", &key.to_string_lossy()]).expect(0).stdout;
        assert!(shown.contains(&public(&key).fingerprint()), "{shown}");
    }
}

#[test]
fn other_namespaces_hashes_bytes_and_spellings_do_not_hold() {
    let environment = Environment::new();
    let key = environment.key("key", &["-t", "ed25519"]);
    let key = key.to_string_lossy();
    let good = armour(&environment, &key, NAMESPACE, "sha512");
    let bad = |message: &[u8], armour: &[u8]| matches!(check(message, armour), Checked::Bad(_));
    assert!(!bad(RECORD, &good));
    assert!(bad(RECORD, &armour(&environment, &key, "git", "sha512")));
    assert!(bad(RECORD, &armour(&environment, &key, NAMESPACE, "sha256")));
    assert!(bad(b"{\"decision\": \"reject\"}\n", &good));
    let text = String::from_utf8(good.clone()).expect("text");
    let variants = [
        text.replace('\n', "\r\n"),
        text.replace("-----BEGIN", "\n-----BEGIN"),
        text.replacen("\n", "\n\n", 1),
        format!("{text}\n"),
        format!(" {text}"),
        text.lines().collect::<String>(),
        text.replace("SSH SIGNATURE", "PGP SIGNATURE"),
        String::new(),
    ];
    for variant in variants {
        assert!(bad(RECORD, variant.as_bytes()), "{variant:?}");
    }
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1;
        assert!(bad(RECORD, &changed), "byte {at}");
    }
}
