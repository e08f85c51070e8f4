//! Signatures over records: those of OpenSSH hold, everything else does not.

use canonry::governance::signature::{Checked, NAMESPACE, PublicKey, SigningKey, check};

use ed25519_dalek::Signer as _;
use sha2::{Digest as _, Sha256};

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
        agree(&environment, &key, &made);
    }
}

/// That `ssh-keygen` and `canon` say the same of a signature, of other bytes under it, and of one with a changed byte.
fn agree(environment: &Environment, key: &std::path::Path, made: &[u8]) {
    let allowed = environment.path("allowed");
    std::fs::write(&allowed, format!("somebody {}\n", public(key).line())).expect("written");
    let (message, armour) = (environment.path("message"), environment.path("armour"));
    let holds = |bytes: &[u8], signature: &[u8]| {
        std::fs::write(&message, bytes).expect("written");
        std::fs::write(&armour, signature).expect("written");
        let script = format!(
            "ssh-keygen -Y verify -f '{}' -I somebody -n {NAMESPACE} -s '{}' < '{}'",
            allowed.display(),
            armour.display(),
            message.display()
        );
        environment.program("sh", &["-c", &script]).status == 0
    };
    let text = String::from_utf8(made.to_vec()).expect("text");
    // A letter in the middle of the last whole line of base64 is part of the signature's own bytes.
    let line = text.lines().rev().nth(2).expect("a line");
    let (start, end) = line.split_at(line.len() / 2);
    let other = if end.starts_with('A') { 'B' } else { 'A' };
    let changed = text.replace(line, &format!("{start}{other}{}", &end[1..]));
    assert_ne!(changed, text);
    for (bytes, signature, good) in
        [(RECORD, text.as_bytes(), true), (b"{}\n", text.as_bytes(), false), (RECORD, changed.as_bytes(), false)]
    {
        assert_eq!(holds(bytes, signature), good);
        assert_eq!(matches!(check(bytes, signature), Checked::Good(_)), good);
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

/// A signature as a hardware key makes it, with these flags; and the line of its public key.
fn of_hardware(flags: u8) -> (Vec<u8>, String) {
    let secret = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let point = ssh_key::public::Ed25519PublicKey(secret.verifying_key().to_bytes());
    let data = ssh_key::public::KeyData::from(ssh_key::public::SkEd25519::new(point, "ssh:"));
    let message = ssh_key::SshSig::signed_data(NAMESPACE, ssh_key::HashAlg::Sha512, RECORD).expect("data");
    let trailer = [flags, 0, 0, 0, 9];
    let signed = [&Sha256::digest("ssh:")[..], &trailer, &Sha256::digest(&message)].concat();
    let mut bytes = secret.sign(&signed).to_bytes().to_vec();
    bytes.extend(trailer);
    let signature = ssh_key::Signature::new(data.algorithm(), bytes).expect("a signature");
    let signature = ssh_key::SshSig::new(data.clone(), NAMESPACE, ssh_key::HashAlg::Sha512, signature).expect("one");
    let armour = signature.to_pem(ssh_key::LineEnding::LF).expect("armour");
    let line = ssh_key::PublicKey::from(data).to_openssh().expect("a line");
    (format!("{}\n", armour.trim_end()).into_bytes(), line)
}

#[test]
fn a_hardware_key_that_nobody_touched_does_not_sign() {
    let environment = Environment::new();
    let (touched, line) = of_hardware(1);
    std::fs::write(environment.path("record"), RECORD).expect("written");
    std::fs::write(environment.path("record.sig"), &touched).expect("written");
    std::fs::write(environment.path("signers"), format!("somebody {line}\n")).expect("written");
    let script = format!(
        "ssh-keygen -Y verify -n {NAMESPACE} -f '{}' -I somebody -s '{}' < '{}'",
        environment.path("signers").display(),
        environment.path("record.sig").display(),
        environment.path("record").display()
    );
    environment.program("sh", &["-c", &script]).expect(0);
    assert_eq!(check(RECORD, &touched), Checked::Good(PublicKey::parse(&line).expect("a key")));
    for flags in [0, 4, 0xfe] {
        let Checked::Bad(reason) = check(RECORD, &of_hardware(flags).0) else { panic!("{flags}") };
        assert!(reason.contains("touched"), "{reason}");
    }
    assert!(matches!(check(b"{}\n", &touched), Checked::Bad(_)));
}
