//! `onshi card-authority`: the authorities whose My Number Cards are taken at readers, and what they revoked.

use crate::output::{Failure, Output};
use crate::serve::Tools;
use clap::Subcommand;
use onshi_core::card::{CardAuthority, RevocationList, authority, read_list, take_piece};
use onshi_core::service::OperationContext;
use onshi_core::{Error, Function, Request};
use onshi_language::{counted, say};
use onshi_server::Config;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What is done to authorities of cards.
#[derive(Subcommand)]
pub enum CardAuthorityCommand {
    /// Add an authority by its certificate, PEM or DER. Its cards are taken from then on. Generations of
    /// one authority are added one by one.
    ///
    /// 認証局を、その証明書（PEMまたはDER）で登録します。以後、その認証局のカードを受け付けます。世代ごとに登録してください。
    Add {
        /// The file of the certificate.
        ///
        /// 証明書のファイル
        file: PathBuf,
    },
    /// Take a list of revocations (CRL), PEM or DER. It must be signed by an authority that was added.
    ///
    /// 失効リスト（CRL、PEMまたはDER）を取り込みます。登録した認証局の署名が必要です。
    Crl {
        /// The file of the list.
        ///
        /// 失効リストのファイル
        file: PathBuf,
    },
    /// List the authorities.
    ///
    /// 認証局の一覧を表示します。
    List,
}

/// `onshi card-authority …`.
pub fn run(command: CardAuthorityCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    match command {
        CardAuthorityCommand::Add { file } => {
            let bytes = read(&file)?;
            let pem = CertificateDer::from_pem_slice(&bytes).map(|der| der.to_vec());
            let added = add(&tools, &pem.unwrap_or(bytes))?;
            let (key_id, name) = (&added.key_id, &added.name);
            output.result(&shown(&added), || {
                say!(
                    "The authority {name} was added (key identifier {key_id}). Its cards open no medical \
                     information before a list of revocations was taken.",
                    "認証局 {name} を登録しました（鍵識別子 {key_id}）。失効リストを取り込むまで、医療情報への同意は受け付けません。"
                )
            });
        }
        CardAuthorityCommand::Crl { file } => {
            let bytes = read(&file)?;
            let pem = CertificateRevocationListDer::from_pem_slice(&bytes);
            let (key_id, count) = take(&tools, &pem.map_or(bytes, |der| der.to_vec()))?;
            let taken = json!({"keyId": key_id, "revoked": count});
            output.result(&taken, || {
                let certificates = counted(count, "certificate", "certificates");
                say!(
                    "The list of revocations of {key_id} was taken: {certificates}.",
                    "鍵識別子 {key_id} の失効リストを取り込みました（{count}件）。"
                )
            });
        }
        CardAuthorityCommand::List => {
            let mut all = Vec::new();
            for authority in list(&tools)? {
                let oldest = oldest(&tools, &authority)?;
                all.push((authority, oldest));
            }
            let lines: Vec<String> = all.iter().map(line).collect();
            let shown: Vec<_> = all.iter().map(listed).collect();
            output.result(&shown, || lines.join("\n"));
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| {
        let what = say!("reading {}", "{} の読み込み", file.display());
        Failure::io(what, &error)
    })
}

fn operation(tools: &Tools) -> OperationContext {
    let function = Function::ManageCardAuthorities;
    OperationContext::new(tools.operator.actor(), function, Request::fresh())
}

/// Adds an authority.
pub fn add(tools: &Tools, der: &[u8]) -> Result<CardAuthority, Failure> {
    let read = CardAuthority::read(der).map_err(Error::from)?;
    let new = read.clone();
    tools
        .service
        .change_and_wait(operation(tools), move |tx| authority::add(tx, &new))?;
    Ok(read)
}

fn list(tools: &Tools) -> Result<Vec<CardAuthority>, Failure> {
    Ok(tools
        .service
        .read_and_wait(operation(tools), authority::list)?)
}

/// Takes a list of revocations, piece by piece. Gives the authority's key identifier, and how many there were.
pub fn take(tools: &Tools, der: &[u8]) -> Result<(String, usize), Failure> {
    let list = read_list(der, &list(tools)?).map_err(Error::from)?;
    let size = tools.service.rules().card.batch_lines.max(1);
    let pieces = list.revoked.len().div_ceil(size).max(1);
    for at in 0..pieces {
        let piece: Vec<_> = list
            .revoked
            .iter()
            .skip(at * size)
            .take(size)
            .cloned()
            .collect();
        let (key_id, made) = (list.key_id.clone(), list.list.clone());
        tools.service.change_and_wait(operation(tools), move |tx| {
            take_piece(tx, (&key_id, &made), &piece, at + 1 == pieces)
        })?;
    }
    Ok((list.key_id, list.revoked.len()))
}

/// Of an authority's lists of revocations the one that runs out first, and how many there are.
fn oldest(
    tools: &Tools,
    authority: &CardAuthority,
) -> Result<(Option<RevocationList>, usize), Failure> {
    let key_id = authority.key_id.clone();
    let lists = tools
        .service
        .read_and_wait(operation(tools), move |tx| authority::lists(tx, &key_id))?;
    let count = lists.len();
    Ok((lists.into_iter().next(), count))
}

fn shown(authority: &CardAuthority) -> Value {
    json!({
        "keyId": authority.key_id,
        "name": authority.name,
        "fingerprint": authority.fingerprint(),
        "notBefore": authority.not_before.jst_fourteen(),
        "notAfter": authority.not_after.jst_fourteen(),
    })
}

type Listed = (CardAuthority, (Option<RevocationList>, usize));

fn listed((authority, (oldest, count)): &Listed) -> Value {
    let mut shown = shown(authority);
    shown["lists"] = json!(count);
    shown["nextListAt"] = json!(oldest.as_ref().map(|list| list.next_at.jst_fourteen()));
    shown
}

fn line((authority, (oldest, count)): &Listed) -> String {
    let (key_id, name) = (&authority.key_id, &authority.name);
    let until = authority.not_after.jst_table();
    match oldest {
        None => say!(
            "{key_id}  {name}  until {until}, no list of revocations yet",
            "{key_id}  {name}  {until}まで、失効リストなし"
        ),
        Some(list) => {
            let next = list.next_at.jst_table();
            say!(
                "{key_id}  {name}  until {until}, {count} lists of revocations, the next one by {next}",
                "{key_id}  {name}  {until}まで、失効リスト{count}件（次回 {next}）"
            )
        }
    }
}
