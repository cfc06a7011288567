//! What can be said on the command line about institutions.

use clap::Subcommand;

/// What is done to institutions.
#[derive(Subcommand)]
pub enum FacilityCommand {
    /// Register an institution; prints its master and reset accounts, once.
    ///
    /// 医療機関等を登録し、マスタアカウントとリセット用アカウントを一度だけ表示します。
    Add {
        /// The code, ten digits.
        ///
        /// 医療機関コード（10桁）
        #[arg(long)]
        code: String,
        /// The name.
        ///
        /// 名称
        #[arg(long)]
        name: String,
        /// The master's user id; made up when it is not given.
        ///
        /// マスタアカウントのユーザID。省略すると作ります。
        #[arg(long)]
        master_id: Option<String>,
        /// The reset account's user id; made up when it is not given.
        ///
        /// リセット用アカウントのユーザID。省略すると作ります。
        #[arg(long)]
        reset_id: Option<String>,
        /// Print one-time activations instead of passwords.
        ///
        /// パスワードの代わりに利用開始コードを表示します。
        #[arg(long)]
        activation: bool,
    },
    /// List institutions.
    ///
    /// 医療機関等の一覧を表示します。
    List {
        /// Begin after this code.
        ///
        /// このコードの次から表示します。
        #[arg(long, default_value = "")]
        after: String,
        /// The most institutions.
        ///
        /// 表示する件数の上限
        #[arg(long, default_value_t = 1000)]
        limit: i64,
    },
    /// Say which character set the institution's programs read: utf-8 or shift-jis.
    ///
    /// 医療機関等のソフトウェアが読む文字コードを指定します（utf-8 または shift-jis）。
    Encoding {
        /// The code.
        ///
        /// 医療機関コード
        code: String,
        /// utf-8 or shift-jis.
        ///
        /// utf-8 または shift-jis
        encoding: String,
    },
    /// Say from where the institution's programs may send messages with a token and no
    /// certificate, such as 192.0.2.0/24; without a network from wherever the centre allows.
    ///
    /// 医療機関等のソフトウェアが、電子証明書なしでトークンだけでメッセージを送信できる接続元を指定します（例：192.0.2.0/24）。省略すると、センターが許すすべての接続元になります。
    Networks {
        /// The code.
        ///
        /// 医療機関コード
        code: String,
        /// The networks.
        ///
        /// ネットワーク
        networks: Vec<String>,
    },
    /// Say in which municipality the institution is, for what is opened for an area; without a code it is not known.
    ///
    /// 医療機関等の市区町村を登録します（地域を対象とする開放に使います）。コードを省略すると登録を解除します。
    Municipality {
        /// The code.
        ///
        /// 医療機関コード
        code: String,
        /// The municipality's code, 5 or 6 digits.
        ///
        /// 全国地方公共団体コード（5桁または6桁）
        municipality: Option<String>,
    },
    /// Say at which number the institution is called back, that of its notification to the authority; without a number
    /// it is not known.
    ///
    /// 折り返しの電話番号（保険医療機関届の番号）を登録します。番号を省略すると登録を解除します。
    Phone {
        /// The code.
        ///
        /// 医療機関コード
        code: String,
        /// The number.
        ///
        /// 電話番号
        number: Option<String>,
    },
    /// Say where an institution is written to when its master's password is reset or guessed at; without an address that it is not
    /// known.
    ///
    /// マスタパスワードの初期化などを知らせるメールアドレスを登録します。アドレスを省略すると登録を解除します。
    Mail {
        /// The code.
        ///
        /// 医療機関コード
        code: String,
        /// The address.
        ///
        /// メールアドレス
        address: Option<String>,
    },
    /// List letters that could not be sent.
    ///
    /// 送信できていないメールの一覧を表示します。
    Letters,
    /// Say that the institution is a hospital that may read medical information in emergency care; with --withdraw
    /// that it is not.
    ///
    /// 救急時医療情報閲覧を利用できる病院として登録します。--withdraw を付けると登録を解除します。
    EmergencyHospital {
        /// The code.
        ///
        /// 医療機関コード
        code: String,
        /// It is none (any more).
        ///
        /// 登録を解除します。
        #[arg(long)]
        withdraw: bool,
    },
    /// Say between which policies the institution may choose for the second factor of a kind of account: off, offered,
    /// required. Without --least and --most as the rules say.
    ///
    /// 医療機関等が、アカウントの種別ごとの二要素認証を設定できる範囲を指定します（off、offered、required）。--least と --most を省略すると、規則のとおりに戻します。
    SecondFactor {
        /// The code.
        ///
        /// 医療機関コード
        code: String,
        /// The kind: master, admin, general or viewer.
        ///
        /// アカウントの種別（master、admin、general、viewer）
        kind: String,
        /// The least that it may set.
        ///
        /// 設定できる下限
        #[arg(long)]
        least: Option<String>,
        /// The most that it may set.
        ///
        /// 設定できる上限
        #[arg(long)]
        most: Option<String>,
    },
    /// Show one institution.
    ///
    /// 医療機関等を1件表示します。
    Show {
        /// The code.
        ///
        /// 医療機関コード
        code: String,
    },
    /// Stop an institution: nobody there can log in.
    ///
    /// 医療機関等の利用を停止します。だれもログインできなくなります。
    Stop {
        /// The code.
        ///
        /// 医療機関コード
        code: String,
        /// Why.
        ///
        /// 理由
        #[arg(long)]
        reason: String,
    },
    /// Let a stopped institution go on.
    ///
    /// 停止した医療機関等の利用を再開します。
    Resume {
        /// The code.
        ///
        /// 医療機関コード
        code: String,
    },
}
