namespace Conference.EndToEnd.Tools;

/// <summary>The provider's side of one call as a SIPp scenario, put together from steps.</summary>
internal static class ProviderScript
{
    public static string Of(ProviderManner manner, string user, string secret) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <scenario name="{manner}">
        {Body(manner, user, secret)}
        </scenario>
        """;

    private static string Body(ProviderManner manner, string user, string secret) => manner switch
    {
        ProviderManner.Answers => Invite() + Conversation(300),
        ProviderManner.Asks401 => Invite() + Challenge(401) + Ack + Invite(Verify(user, secret)) + "<nop next=\"good\" test=\"digest\"/>\n" + Status("403 Forbidden") + Ack + Stop + Label("good") + Conversation(300),
        ProviderManner.Asks407 => Invite() + Challenge(407) + Ack + Invite(Credentials(user), "target,digest") + Conversation(300),
        ProviderManner.IsOutOfService => Invite() + Status("503 Service Unavailable", "Retry-After: 30", retrans: true) + Ack + Pause(100),
        ProviderManner.IsBusy => Invite() + Status("486 Busy Here", retrans: true) + Ack + Pause(100),
        ProviderManner.IsSlow => Invite() + Status("100 Trying") + Pause(3000) + Conversation(2000),
        ProviderManner.IsSilent => Invite() + Pause(60_000),
        _ => Label("again") + Invite() + Challenge(401) + "<recv request=\"ACK\" next=\"again\"/>\n",
    };

    private const string Ack = "<recv request=\"ACK\" timeout=\"20000\"/>\n";

    private const string Stop = "<nop><action><log message=\"WRONG\"/><exec int_cmd=\"stop_call\"/></action></nop>\n";

    private static string Label(string name) => $"<label id=\"{name}\"/>\n";

    private static string Pause(int milliseconds) => $"<pause milliseconds=\"{milliseconds}\"/>\n";

    private static string Invite(string more = "", string variables = "target") => $"""
        <recv request="INVITE" crlf="true" rrs="true" timeout="60000">
          <action>
            <ereg regexp="sip:[^@ ]*" search_in="msg" assign_to="target"/>
            <log message="INVITE [$target]"/>
            {more}
          </action>
        </recv>
        <Reference variables="{variables}"/>

        """;

    private static string Verify(string user, string secret) => $"<verifyauth assign_to=\"digest\" username=\"{user}\" password=\"{secret}\"/>";

    private static string Credentials(string user) =>
        $"<ereg regexp=\"username=.{user}\" search_in=\"hdr\" header=\"Proxy-Authorization:\" check_it=\"true\" assign_to=\"digest\"/>";

    private static string Challenge(int status) => Status(
        status == 401 ? "401 Unauthorized" : "407 Proxy Authentication Required",
        $"{(status == 401 ? "WWW" : "Proxy")}-Authenticate: Digest realm=\"{Provider.Realm}\", nonce=\"n[call_number]x[clock_tick]\", algorithm=MD5, qop=\"auth\"",
        retrans: true);

    /// <summary>Rings, answers, waits for the end of the call.</summary>
    private static string Conversation(int rings) => $"""
        {Status("180 Ringing", "Contact: <sip:line@[local_ip]:[local_port]>")}
        {Pause(rings)}
        <send retrans="500"><![CDATA[
        SIP/2.0 200 OK
        [last_Via:]
        [last_Record-Route:]
        [last_From:]
        [last_To:];tag=[pid]u[call_number]
        [last_Call-ID:]
        [last_CSeq:]
        Contact: <sip:line@[local_ip]:[local_port]>
        Content-Type: application/sdp
        Content-Length: [len]

        v=0
        o=provider [pid] 1 IN IP4 [media_ip]
        s=-
        c=IN IP4 [media_ip]
        t=0 0
        m=audio [media_port] RTP/AVP 8 0 96
        a=rtpmap:8 PCMA/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:96 telephone-event/8000
        a=sendrecv

        ]]></send>
        {Ack}
        <recv request="BYE" timeout="60000"><action><log message="BYE"/></action></recv>
        {Ok}
        {Pause(100)}
        """;

    private const string Ok = """
        <send><![CDATA[
        SIP/2.0 200 OK
        [last_Via:]
        [last_From:]
        [last_To:]
        [last_Call-ID:]
        [last_CSeq:]
        Content-Length: 0

        ]]></send>

        """;

    private static string Status(string line, string header = "", bool retrans = false) => $"""
        <send{(retrans ? " retrans=\"500\"" : "")}><![CDATA[
        SIP/2.0 {line}
        [last_Via:]
        [last_From:]
        [last_To:];tag=[pid]u[call_number]
        [last_Call-ID:]
        [last_CSeq:]
        {(header.Length == 0 ? "Server: provider" : header)}
        Content-Length: 0

        ]]></send>

        """;
}
