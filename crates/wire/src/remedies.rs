//! What is done about each code of [`error_codes`](crate::error_codes), by the program or by whoever writes it.

/// Code, and what to do in Japanese and English.
const REMEDIES: &[(&str, &str, &str)] = &[
    (
        "OQSB9001E",
        "示された要素に値を設定して送信してください。",
        "Set the element that is named, and send it again.",
    ),
    (
        "OQSB9002E",
        "示された要素の桁数・数字・日付の形を直してください。",
        "Correct length, digits or date of the element that is named.",
    ),
    (
        "OQSB9003E",
        "ログインしたアカウントの医療機関コード（10桁）を設定してください。",
        "Set the ten digits of the account's institution.",
    ),
    (
        "OQSB9004E",
        "アップロードの結果で受け取った受付番号を、その医療機関等のアカウントで送信してください。",
        "Send the number that the upload was answered with, with an account of the same institution.",
    ),
    (
        "OQSB9005E",
        "XMLの書き出し（タグの対応、エスケープ）を直してください。DTDは使えません。",
        "Mend how the XML is written: tags, escapes; no DTD.",
    ),
    (
        "OQSB9006W",
        "お知らせの内容を利用者に表示してください。",
        "Show the text to the person.",
    ),
    (
        "OQSB9007E",
        "コード一覧にある値を設定してください。",
        "Use a value of the code list.",
    ),
    (
        "OQSB9008E",
        "要素の回数、または一覧の件数を直してください。",
        "Correct how often the element is there, or how many entries the list has.",
    ),
    (
        "OQSB9009E",
        "件数を分けて送信してください。",
        "Send it in parts.",
    ),
    (
        "OQSB9010E",
        "宣言した文字コード（UTF-8またはShift_JIS）で書き出してください。",
        "Write it in the encoding that is declared, UTF-8 or Shift_JIS.",
    ),
    (
        "OQSB9011E",
        "この機能を使える種別のアカウントでログインしてください。",
        "Log in with a kind of account that may do it.",
    ),
    (
        "OQSB9012E",
        "顔認証付きカードリーダーなどで、患者に同意の操作をしてもらってから、もう一度要求してください。",
        "Let the patient consent, at the card reader for one, and ask again.",
    ),
    (
        "OQSB9013E",
        "もう一度、一括の要求からやり直してください。",
        "Upload the bulk request again.",
    ),
    (
        "OQSB9014E",
        "番号・枝番と、資格があることを確かめてください。",
        "Check the numbers, and whether the person is insured.",
    ),
    (
        "OQSB9015E",
        "枝番を付けて送信してください。",
        "Add the branch number.",
    ),
    (
        "OQSB9016W",
        "必要なときは、UTF-8で受け取る設定に変えるか、画面で確認してください。",
        "Where it matters, let the institution read UTF-8, or look at the screen.",
    ),
    (
        "OQSB9017I",
        "数秒待ってから、同じ受付番号でもう一度要求してください。",
        "Wait some seconds and ask again with the same number.",
    ),
    (
        "OQSB9018E",
        "番号の入力誤りか、患者番号の重複を確かめてください。",
        "Check for a slip, or for two patients with one number.",
    ),
    (
        "OQSB9019E",
        "始まりと終わりを確かめてください。",
        "Check the start and the end.",
    ),
    (
        "OQSB9020E",
        "連携アプリケーションの状態の画面でネットワークを確かめ、直ったら同じ要求をもう一度置いてください。",
        "Look at the linked application's status page; when it is mended, put the request there again.",
    ),
    (
        "OQSB9021E",
        "連携アプリケーションの状態の画面で、パスワードと電子証明書を確かめてください。",
        "Look at the linked application's status page: password and certificate.",
    ),
    (
        "OQSB9022E",
        "ファイル名のはじめ（OQSsiquc01req_ など）を確かめてください。",
        "Check how the file's name begins.",
    ),
    (
        "OQSB9023I",
        "表示する情報がないことを利用者に伝えてください。",
        "Tell the person that there is nothing to show.",
    ),
    (
        "OQSB9024E",
        "本文に書かれた期間の日を指定してください。",
        "Ask for a day within the bounds that the text names.",
    ),
    (
        "OQSB9025W",
        "受診の当日に、もう一度確認してください。",
        "Check again on the day of the visit.",
    ),
    (
        "OQSB9026W",
        "本文に示された文字を、利用者に確かめてもらってください。",
        "Let a person look at the characters that the text names.",
    ),
    (
        "OQSB9027E",
        "XMLのファイル種別（FileCategory）を指定するか、期間を短くしてください。",
        "Ask for XML (FileCategory), or for a shorter period.",
    ),
    (
        "OQSB9028I",
        "情報の時点を、利用者に表示してください。",
        "Show the person how old the information is.",
    ),
    (
        "OQSB9030E",
        "もう一度、患者に同意の操作をしてもらってください。",
        "Let the patient consent again.",
    ),
    (
        "OQSB9031E",
        "必要なときは患者に説明し、もう一度同意の操作をしてもらってください。",
        "Explain why it is needed, and let the patient consent again.",
    ),
    (
        "OQSB9032E",
        "この種類の情報について、患者に同意の操作をしてもらってください。",
        "Let the patient consent to this kind of information.",
    ),
    (
        "OQSB9041E",
        "救急医療を行う病院は、システムの実施機関に登録を依頼してください。",
        "A hospital that gives emergency care asks the operator to register it.",
    ),
    (
        "OQSB9042E",
        "救急時閲覧権限のある医療情報閲覧アカウントのユーザIDと、EmergencyViewingFlag 1 を設定してください。",
        "Set the user id of an account with the right, and EmergencyViewingFlag 1.",
    ),
    (
        "OQSB9043E",
        "要素の異なる2つの認証と、その方式を設定してください。",
        "Set two factors of different kinds with their methods.",
    ),
    (
        "OQSB9044E",
        "本人が意思を示せない理由を設定してください。",
        "Set the reason why the patient can't be asked.",
    ),
    (
        "OQSB9045E",
        "先に救急時の資格確認（OQSsiemv01）を行ってください。",
        "Send the check in emergency care (OQSsiemv01) first.",
    ),
    (
        "OQSB9046E",
        "必要な情報を含む情報要求パターンで、救急時の資格確認をやり直してください。",
        "Check in emergency care again, with a pattern that has it.",
    ),
    (
        "OQSB9047E",
        "管理アカウントで、「環境設定情報更新」の訪問診療等機能・オンライン診療等機能を「利用する」にしてから、送り直してください。",
        "Let an administrator switch the function on in 環境設定情報更新, and send it again.",
    ),
    (
        "OQSB9048E",
        "管理アカウントで、「マイナ在宅受付Web（専用URL・二次元コード）」から専用URLを発行してから、送り直してください。",
        "Let an administrator issue the address (マイナ在宅受付Web), and send it again.",
    ),
    (
        "OQSB9099E",
        "時間をおいて送り直し、続くときはシステムの実施機関へ連絡してください。",
        "Send it again later; if it goes on, tell the operator.",
    ),
];

/// What to do about a code, in Japanese and English.
pub fn remedy(code: &str) -> Option<[&'static str; 2]> {
    let found = REMEDIES.iter().find(|(known, ..)| *known == code);
    found.map(|(_, japanese, english)| [*japanese, *english])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error_codes::ALL;

    #[test]
    fn every_code_has_a_remedy_and_no_other_has() {
        let codes: Vec<&str> = ALL.iter().map(|entry| entry.code).collect();
        let known: Vec<&str> = REMEDIES.iter().map(|(code, ..)| *code).collect();
        assert_eq!(codes, known);
    }
}
