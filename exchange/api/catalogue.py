"""All stable codes with their status and their titles."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    status: int
    title_zh: str
    title_en: str
    retryable: bool = False


CATALOGUE: dict[str, Entry] = {
    "rule_invalid": Entry(422, "规则条目无效", "A rule entry is not valid"),
    "rule_missing": Entry(422, "缺少所需规则", "A rule that is needed is not in force"),
    "participant_not_admitted": Entry(
        422, "参与方未获准进入该账本", "The participant is not admitted to this ledger"
    ),
    "asset_unknown": Entry(404, "没有该资产", "There is no such asset"),
    "asset_exists": Entry(409, "资产代码已存在", "The asset code is taken"),
    "account_unknown": Entry(404, "没有该账户", "There is no such account of yours"),
    "lot_unknown": Entry(404, "没有该批次", "There is no such lot"),
    "transfer_not_pending": Entry(
        422, "没有该待过户事项", "No transfer of yours is pending under this id"
    ),
    "freeze_unknown": Entry(404, "没有该冻结", "There is no such freeze"),
    "instrument_unknown": Entry(404, "没有该交易品种", "There is no such instrument"),
    "instrument_exists": Entry(409, "交易品种代码已存在", "The instrument code is taken"),
    "order_not_open": Entry(422, "没有该未成交委托", "No open order of yours has this id"),
    "lock_unknown": Entry(404, "没有该锁定", "There is no such lock"),
    "permit_unknown": Entry(404, "没有该许可证", "There is no such permit of yours"),
    "permit_exists": Entry(409, "许可证编号已登记", "A permit of this number is recorded already"),
    "renewal_unknown": Entry(404, "没有待决定的延续申请", "No renewal of this permit waits"),
    "renewal_exists": Entry(
        409, "已有待决定的延续申请", "A renewal of this permit waits to be decided"
    ),
    "approval_unknown": Entry(
        404, "没有该待复核申请", "No request waits for approval under this id"
    ),
    "place_unknown": Entry(
        404, "没有该行政区划或其上级尚无总量", "There is no such place, or its parent has no total"
    ),
    "control_total_exists": Entry(409, "该地区已有总量", "The place has a total already"),
    "control_total_unknown": Entry(404, "该地区没有总量", "The place has no total"),
    "pot_unknown": Entry(404, "没有该用途的预留", "There is no such purpose to set aside for"),
    "plan_unknown": Entry(404, "没有该分配方案", "There is no such plan"),
    "series_unknown": Entry(
        404, "没有该系列的已发放方案", "No plan was issued that began such a series"
    ),
    "entity_not_in_series": Entry(404, "该系列没有该单位", "The series has no such entity"),
    "claim_unknown": Entry(404, "没有该追回事项", "You have no such open claim"),
    "objection_unknown": Entry(404, "没有该异议", "There is no such objection"),
    "offer_unknown": Entry(404, "没有该要约", "There is no such offer for you"),
    "reserve_unknown": Entry(404, "该账户不是政府储备", "The participant is no reserve"),
    "objection_exists": Entry(
        409, "该单位已有未决异议", "An objection of this entity waits to be decided"
    ),
    "period_unknown": Entry(404, "没有该履约周期", "There is no such compliance period"),
    "period_exists": Entry(409, "履约周期已存在", "The compliance period is there already"),
    "obligation_unknown": Entry(404, "没有该履约义务", "There is no such obligation of yours"),
    "report_unknown": Entry(404, "没有该报告", "There is no such report of yours"),
    "saving_exists": Entry(409, "该节水潜力已核定", "The saving is verified already"),
    "fee_schedule_unknown": Entry(404, "没有该收费标准", "There is no such fee schedule"),
    "fee_schedule_overlaps": Entry(
        409, "与已有收费标准的有效期重叠", "Another schedule is valid on some of these days"
    ),
    "contract_unknown": Entry(404, "没有该合同", "There is no such contract"),
    "invoice_unknown": Entry(404, "没有该缴款单", "There is no such invoice"),
    "project_unknown": Entry(404, "没有该项目", "There is no such project of yours"),
    "project_exists": Entry(409, "项目代码已存在", "A project of this asset has this code"),
    "indicator_unknown": Entry(404, "没有该指标", "There is no such target"),
    "approval_required": Entry(422, "须经双人复核", "A second person must approve this"),
    "approval_own_request": Entry(
        422, "不得批准本人提交的申请", "Nobody decides on a request of their own"
    ),
    "approval_hash_differs": Entry(422, "批准的内容与申请不一致", "This is not what was asked for"),
    "approval_command_invalid": Entry(
        422, "申请的内容无效", "What is asked for cannot be carried out"
    ),
    "approval_expiry_out_of_range": Entry(
        422, "申请的有效期超出范围", "The request would stay open too long, or has ended"
    ),
    "approval_too_many": Entry(422, "待复核申请过多", "Too much waits for approval"),
    "participant_frozen": Entry(422, "参与方已被冻结", "The participant is frozen"),
    "participant_already_frozen": Entry(
        422, "参与方已处于冻结状态", "The participant is frozen already"
    ),
    "participant_not_frozen": Entry(422, "参与方未被冻结", "The participant is not frozen"),
    "instrument_halted": Entry(422, "该品种已停牌", "Trading in the instrument is halted"),
    "instrument_not_halted": Entry(422, "该品种未停牌", "The instrument is not halted"),
    "session_closed": Entry(422, "当前非交易时段", "The market is closed"),
    "cap_is_control_total": Entry(
        422, "该资产的总量须通过总量控制调整", "The cap of this asset is its control total"
    ),
    "issuance_needs_plan": Entry(422, "该资产须按分配方案发放", "This asset is issued by plans"),
    "pot_needs_act": Entry(
        422, "该类预留须经专门核定", "This pot is filled by an act of its own alone"
    ),
    "plan_already_issued": Entry(409, "该方案已发放", "The plan is issued already"),
    "plan_is_true_up": Entry(
        422, "该方案为调整方案, 须按核定调整办理", "The plan is a true-up and is carried out as one"
    ),
    "plan_not_true_up": Entry(422, "该方案不是核定调整方案", "The plan is no true-up"),
    "plan_version_stale": Entry(422, "方案版本已公示", "This version was published before"),
    "plan_changed": Entry(422, "方案内容与公示不一致", "The plan is not what was published"),
    "plan_content_invalid": Entry(
        422, "方案内容无效", "The plan's content is not what was said of it"
    ),
    "plan_empty": Entry(422, "方案为空", "The plan gives nothing to anybody"),
    "objection_period_too_short": Entry(
        422, "公示异议期过短", "The time for objections is too short"
    ),
    "objection_deadline_open": Entry(422, "异议期未届满", "The time for objections is not over"),
    "objection_deadline_passed": Entry(422, "异议期已届满", "The time for objections is over"),
    "objection_decided": Entry(422, "该异议已处理", "The objection is decided already"),
    "objection_undecided": Entry(422, "尚有未处理的异议", "An objection waits to be decided"),
    "plan_not_revised": Entry(
        422, "异议成立后方案未修订公示", "An objection was upheld and the plan not published anew"
    ),
    "series_out_of_order": Entry(
        422, "不是该系列的下一期", "This is not the next phase of the series"
    ),
    "series_differs": Entry(
        422, "与该系列的资产、年度或单位不一致", "The series is of another asset, vintage or holder"
    ),
    "entity_closed": Entry(422, "该单位已关停", "The entity is closed"),
    "closure_not_yet": Entry(422, "关停日期未到", "The day of the closure has not come"),
    "entity_duplicated": Entry(422, "同一单位重复出现", "An entity stands in the plan twice"),
    "entity_not_listed": Entry(
        422, "该单位不在名录内", "The entity is not on the list of the period"
    ),
    "period_determined": Entry(422, "该周期履约情况已核定", "The period has been determined"),
    "period_not_determined": Entry(
        422, "该周期履约情况尚未核定", "The period has not been determined"
    ),
    "report_superseded": Entry(422, "报告已有新版本", "A later version of the report is there"),
    "report_pending": Entry(422, "报告待核查", "A report of the entity waits to be verified"),
    "report_not_pending": Entry(422, "报告不在待核查状态", "The report does not wait for this"),
    "verifier_conflict": Entry(
        422, "核查机构与报告有利害关系", "Whoever prepared or verified a report does not verify it"
    ),
    "verification_final": Entry(
        422, "核查结果已不可再申诉", "The verification can no longer be objected to"
    ),
    "report_deadline_open": Entry(422, "报告期限未到", "The deadline for reports has not passed"),
    "report_deadline_passed": Entry(422, "报告期限已过", "The deadline for reports has passed"),
    "surrender_deadline_open": Entry(
        422, "清缴期限未到", "The deadline for surrender has not passed"
    ),
    "surrender_deadline_passed": Entry(
        422, "清缴期限已过", "The deadline for surrender has passed"
    ),
    "report_unverified": Entry(
        422, "尚有未核定的排放量", "An entity of the list has no verified figure"
    ),
    "fine_exists": Entry(409, "已处罚款", "The entity was fined for this period"),
    "shortfall_none": Entry(422, "没有未清缴差额", "The entity is not short"),
    "permit_content_invalid": Entry(
        422, "许可内容无效", "What the permit says cannot be: its kinds, quantities or sources"
    ),
    "renewal_too_late": Entry(422, "延续申请逾期", "It is too late to ask for a renewal"),
    "lot_has_no_end": Entry(422, "该批次无有效期", "The lot has no end, so it is not renewed"),
    "lot_ended": Entry(422, "该批次有效期已届满", "The validity of the lot is over"),
    "offer_not_open": Entry(422, "该要约未开放", "The offer is not open now"),
    "water_year_out_of_range": Entry(
        422, "水量调度年度不在允许范围", "The water year is over or not yet near"
    ),
    "water_year_differs": Entry(
        422, "该资产属于其他水量调度年度", "The asset is the water of another year"
    ),
    "freeze_of_contract": Entry(
        422, "该冻结由有偿使用合同设立", "A contract for paid use keeps these units aside"
    ),
    "contract_status_refused": Entry(
        422, "合同当前状态不允许此操作", "The contract's status does not allow this"
    ),
    "invoice_settled": Entry(422, "该缴款单已结清或已取消", "The invoice is paid or cancelled"),
    "invoice_not_next": Entry(
        422, "须按顺序缴款", "An earlier invoice of the contract comes first"
    ),
    "recall_too_early": Entry(422, "逾期未满收回期限", "It is not overdue for long enough"),
    "contract_unpaid": Entry(422, "合同尚未缴清", "The contract is not paid in full"),
    "contract_nothing_unused": Entry(
        422, "没有尚未开始的完整年度", "No whole year of the contract is unused"
    ),
    "project_closed": Entry(422, "项目已关闭", "The project is closed"),
    "project_started": Entry(422, "项目已投产", "The project has started already"),
    "project_not_started": Entry(422, "项目尚未投产", "The project has not started yet"),
    "indicator_period_past": Entry(422, "已有更新期间的指标", "A later period is reported already"),
    "obligation_uncovered": Entry(
        422, "应购用能权尚未足额交付", "What the project must cover is not covered"
    ),
    "account_type_not_eligible": Entry(
        422, "账户类型不符合条件", "The account type is not eligible"
    ),
    "region_not_eligible": Entry(422, "所在盟市不符合条件", "The region is not eligible"),
    "basin_not_eligible": Entry(422, "所在流域不符合条件", "The basin is not eligible"),
    "sector_not_eligible": Entry(422, "所属行业不符合条件", "The sector is not eligible"),
    "control_total_missing": Entry(
        422, "所在地区没有该资产的总量", "There is no control total for this place"
    ),
    "target_in_red": Entry(
        422, "所在地区约束性目标亮红灯", "A binding target of the place is in red"
    ),
    "project_not_priority": Entry(
        422, "项目不在优先保障清单内", "The project is not on the place's priority list"
    ),
    "quantity_not_positive": Entry(422, "数量须为正数", "The quantity must be positive"),
    "quantity_off_step": Entry(422, "数量不是最小变动单位的整数倍", "The quantity is off the step"),
    "quantity_below_minimum": Entry(422, "数量低于下限", "The quantity is below the minimum"),
    "quantity_above_maximum": Entry(422, "数量高于上限", "The quantity is above the maximum"),
    "price_not_positive": Entry(422, "价格须为正数", "The price must be positive"),
    "price_off_tick": Entry(422, "价格不是最小变动价位的整数倍", "The price is off the tick"),
    "price_below_minimum": Entry(422, "价格过低", "The price is too low to settle in whole fen"),
    "price_outside_band": Entry(422, "价格超出当日涨跌幅", "The price lies outside today's band"),
    "price_below_floor": Entry(422, "低于出让底价", "The price is below the floor of the rule"),
    "simplified_above_maximum": Entry(
        422, "超出简易出让上限", "A simplified sale may not be of so much"
    ),
    "market_order_with_price": Entry(422, "市价委托不得带价格", "A market order has no price"),
    "market_order_cannot_rest": Entry(
        422, "市价委托须为即时类", "A market order must be immediate"
    ),
    "market_order_needs_band": Entry(
        422, "无参考价不得市价委托", "A market order needs a price band"
    ),
    "post_only_needs_resting": Entry(
        422, "只做挂单委托不得为即时类", "A post-only order must be able to rest"
    ),
    "expiry_missing": Entry(422, "缺少有效日期", "The good-till date is missing"),
    "expiry_unexpected": Entry(422, "不应有有效日期", "A good-till date does not belong here"),
    "expiry_passed": Entry(422, "有效日期已过", "The good-till date has passed"),
    "batch_empty": Entry(422, "批量为空", "The batch is empty"),
    "transfer_empty": Entry(422, "过户腿数不在允许范围", "A transfer needs 1 to 100 legs"),
    "transfer_across_assets": Entry(422, "过户双方资产不同", "The accounts hold different assets"),
    "transfer_to_self": Entry(422, "过户双方为同一账户", "Both accounts are the same"),
    "transfer_purpose_refused": Entry(
        422, "该账户用途不可过户", "Accounts of this purpose cannot be used here"
    ),
    "validity_backwards": Entry(422, "有效期倒置", "The validity ends before it starts"),
    "surrender_kind_refused": Entry(
        422, "该品种不能用于清缴", "Units of this kind do not count in this period"
    ),
    "surrender_vintage_refused": Entry(
        422, "该年度不能用于清缴", "Units of this vintage do not count in this period"
    ),
    "lot_not_valid": Entry(422, "批次不在有效期内", "The lot is not valid today"),
    "fine_out_of_range": Entry(422, "罚款超出规定幅度", "The fine is outside what the rules allow"),
    "permit_term_out_of_range": Entry(
        422, "有效期超过规定年限", "The term is longer than the rule allows"
    ),
    "contract_years_out_of_range": Entry(
        422, "合同年限超出范围", "The contract lasts for too many or no years"
    ),
    "instalments_not_allowed": Entry(
        422, "金额未达到分期缴纳的标准", "The fee is too small to be paid by instalments"
    ),
    "first_instalment_too_small": Entry(
        422, "首期缴款低于下限", "The first instalment is below the minimum"
    ),
    "instalments_out_of_range": Entry(
        422, "分期安排超出范围", "The instalments do not fit the fee or the years"
    ),
    "replace_nothing_left": Entry(422, "改后无剩余数量", "Nothing would be left of the order"),
    "deduction_invalid": Entry(
        422, "核减须为数量或比例之一", "A deduction is a quantity or a ratio up to 1"
    ),
    "deduction_below_minimum": Entry(
        422, "核减比例低于下限", "The ratio is below what the rule demands"
    ),
    "formula_refuses": Entry(422, "公式不能得出结果", "The formula gives no result for this"),
    "number_too_large": Entry(422, "数值过大", "The number is too large"),
    "exclusions_too_large": Entry(422, "扣除量大于用量", "More would be left out than there is"),
    "obligation_invalid": Entry(
        422, "无法计算应购量", "The method gives no result for these figures"
    ),
    "obligation_exceeded": Entry(422, "超出应购量", "There is not so much left to be covered"),
    "claim_open": Entry(
        422, "有未交还的追回量", "Units of this asset are owed back and cannot be given away"
    ),
    "units_not_yet_tradable": Entry(422, "尚未到可卖出日", "The units are not tradable yet"),
    "units_insufficient": Entry(422, "可用数量不足", "There are not enough units available"),
    "cash_insufficient": Entry(422, "可用资金不足", "There is not enough cash available"),
    "cap_exceeded": Entry(422, "超出核定总量", "The cap would be exceeded"),
    "headroom_insufficient": Entry(422, "剩余总量不足", "The control total would be exceeded"),
    "pot_insufficient": Entry(422, "预留量不足", "What was set aside does not suffice"),
    "surrender_above_due": Entry(422, "超过应清缴量", "More would be surrendered than is owed"),
    "offset_limit_exceeded": Entry(
        422, "超过抵销比例", "More offsets would be used than the share allows"
    ),
    "substitution_missing": Entry(
        422, "新增项目缺少替代削减来源", "The new project shows no reduction elsewhere"
    ),
    "substitution_insufficient": Entry(
        422, "替代削减量不足", "The reductions shown do not suffice for the new project"
    ),
    "renewal_above_verified": Entry(
        422, "延续数量超过重新核定量", "More would be renewed than was verified again"
    ),
    "budget_insufficient": Entry(422, "预算剩余不足", "The budget has not so much left"),
    "borrow_exceeds_gap": Entry(
        422, "预支量超过上限", "More would be borrowed than the gap allows"
    ),
    "offer_insufficient": Entry(422, "要约剩余数量不足", "Less is left of the offer"),
    "post_only_would_take": Entry(
        422, "只做挂单委托将立即成交", "The post-only order would trade at once"
    ),
    "input_missing": Entry(422, "公式缺少输入项", "An input of the formula is missing"),
    "input_unknown": Entry(422, "公式没有该输入项", "The formula has no such input"),
    "input_invalid": Entry(
        422, "输入值格式不符", "An input is no plain decimal of its scale, or none of the words"
    ),
    "input_negative": Entry(422, "输入值为负", "An input is below zero"),
    "parameter_out_of_range": Entry(422, "参数超出规定范围", "An input is outside its limits"),
    "division_by_zero": Entry(422, "除数为零", "The formula would divide by zero"),
    "result_negative": Entry(422, "计算结果为负", "The result would be below zero"),
    "year_mismatch": Entry(
        422, "数据年度与方案不符", "The activity data is of another year than the plan's"
    ),
    "result_too_fine": Entry(
        422, "计算结果小数位过多", "The result has more decimals than the asset"
    ),
    "plan_method_unfit": Entry(
        422, "该方法不给出数量", "The method says what is to be paid, not what is given"
    ),
    "plan_has_row_errors": Entry(
        422, "方案中有不合格的行", "Rows of the plan could not be calculated"
    ),
    "plan_not_calculated": Entry(422, "方案尚未计算", "Rows of the plan are not calculated yet"),
    "import_unknown": Entry(404, "没有该导入", "There is no such import"),
    "certificate_unknown": Entry(404, "没有该证书", "No such certificate was made out"),
    "entity_unknown": Entry(404, "方案中没有该单位", "The plan has no such entity of yours"),
    "invalid_request": Entry(422, "请求格式不符", "The request does not have the form asked for"),
    "idempotency_key_missing": Entry(400, "缺少幂等键", "The Idempotency-Key header is missing"),
    "idempotency_key_reused": Entry(
        422, "幂等键已用于其他请求", "The Idempotency-Key was used for another request"
    ),
    "client_order_id_reused": Entry(
        409, "委托编号已用于其他委托", "The client order id was used for another order"
    ),
    "malformed_json": Entry(400, "请求体不是合法 JSON", "The body is not JSON"),
    "malformed_request": Entry(400, "请求格式错误", "The request is malformed"),
    "duplicate_key": Entry(400, "JSON 键重复", "A key is named twice"),
    "cursor_invalid": Entry(400, "游标无效", "The cursor is not one of ours"),
    "unauthenticated": Entry(401, "未认证", "A valid access token is needed"),
    "forbidden": Entry(403, "无权限", "Your role does not allow this"),
    "not_found": Entry(404, "不存在", "There is nothing here"),
    "method_not_allowed": Entry(405, "方法不允许", "The method is not allowed here"),
    "ledger_unknown": Entry(404, "没有该账本", "There is no such ledger"),
    "conflict": Entry(409, "冲突", "The request conflicts with what is there"),
    "stale": Entry(412, "版本已变更", "It has changed since you read it"),
    "if_match_missing": Entry(428, "缺少 If-Match", "The If-Match header is missing"),
    "body_too_large": Entry(413, "请求体过大", "The body is too large"),
    "unsupported_media_type": Entry(415, "内容类型不支持", "The content type is not supported"),
    "too_many_requests": Entry(429, "请求过多", "Too many requests", retryable=True),
    "request_timeout": Entry(
        408, "请求体接收超时", "The request took too long to arrive", retryable=True
    ),
    "overloaded": Entry(503, "服务繁忙", "The server has too much to do", retryable=True),
    "draining": Entry(503, "服务正在停止", "The server is ending", retryable=True),
    "queue_full": Entry(503, "排队已满", "The ledger has too much to do", retryable=True),
    "ledger_unavailable": Entry(503, "账本暂不可用", "The ledger is not open now", retryable=True),
    "database_unavailable": Entry(
        503, "数据库暂不可用", "The database is not available now", retryable=True
    ),
    "internal_error": Entry(500, "内部错误", "Something went wrong on our side"),
    "invalid_client": Entry(401, "客户端认证失败", "The client could not be authenticated"),
    "invalid_grant": Entry(400, "授权无效", "The grant is not valid"),
    "unsupported_grant_type": Entry(400, "不支持的授权类型", "Only client_credentials is offered"),
    "invalid_scope": Entry(400, "授权范围无效", "The scope is not allowed"),
    "not_sandbox": Entry(404, "仅沙箱可用", "Only the sandbox offers this"),
}
