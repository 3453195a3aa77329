using Conference.Sip.Messages;
using Conference.Sip.Registrar;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Registrar;

/// <summary>What JsSIP and SIP.js demand of a registrar before they believe that they are registered.</summary>
public class BrowserTests
{
    private const string Instance = "\"<urn:uuid:6e1d8a34-9c43-4d75-b1b1-2f8f3b3cfb2e>\"";

    private readonly Stage _stage = new();
    private int _sockets = 50_000;

    [Fact]
    public void The_answer_bears_one_Via_with_sent_by_untouched_and_no_port_added()
    {
        var answer = Browser().Register(Wishes)!;

        var vias = new List<string>();
        foreach (var via in answer.Values(HeaderId.Via)) vias.Add(SipText.Latin(via));
        Assert.StartsWith("SIP/2.0/WSS k2jh3abcdefg.invalid;branch=z9hG4bK", Assert.Single(vias), StringComparison.Ordinal);
    }

    [Fact]
    public void The_contact_comes_back_as_it_was_with_expires_instance_and_reg_id()
    {
        var contact = Browser().Register(Wishes)!.Text(HeaderId.Contact)!;

        Assert.StartsWith("<sip:k2j@h3.invalid;transport=ws>;expires=", contact, StringComparison.Ordinal);
        Assert.Contains(";+sip.instance=" + Instance + ";reg-id=1", contact, StringComparison.Ordinal);
        Assert.Contains(";pub-gruu=\"sip:2001a@pbx.test;gr=urn:uuid:6e1d8a34-9c43-4d75-b1b1-2f8f3b3cfb2e\"", contact, StringComparison.Ordinal);
    }

    [Fact]
    public void The_only_challenge_is_MD5_with_qop_auth_as_JsSIP_keeps_the_last_of_several()
    {
        var browser = Browser();
        browser.Send(browser.Write("REGISTER", "sip:pbx.test", to: "sip:2001a@pbx.test"));
        var challenge = browser.Wire.Last.Text(HeaderId.WwwAuthenticate)!;

        var challenges = 0;
        foreach (var _ in browser.Wire.Last.Fields(HeaderId.WwwAuthenticate)) challenges++;
        Assert.Equal(1, challenges);
        Assert.Contains("algorithm=MD5", challenge, StringComparison.Ordinal);
        Assert.Contains("qop=\"auth\"", challenge, StringComparison.Ordinal);
        Assert.DoesNotContain("auth-int", challenge, StringComparison.Ordinal);
        Assert.Contains("realm=\"pbx.test\"", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_socket_of_the_same_browser_takes_the_place_of_the_old_and_is_no_other_phone()
    {
        var browser = Browser();
        browser.Register(Wishes);
        var again = Browser();
        again.CallId = browser.CallId;
        again.CSeq = browser.CSeq;
        again.Contact = again.Contact.Replace("h3.invalid", "x9.invalid", StringComparison.Ordinal);
        again.Register(Wishes);
        Assert.Equal("sip:k2j@x9.invalid;transport=ws", Assert.Single(_stage.Agent.Registrar.Bindings).Contact);
        Assert.Equal([BindingChange.Registered, BindingChange.Refreshed], _stage.House.Changes.Select(c => c.Change));

        _stage.Agent.OnFlowClosed(browser.Wire); // noticed late, as a rule
        Assert.Equal("sip:k2j@x9.invalid;transport=ws", Assert.Single(_stage.Agent.Registrar.Bindings).Contact);
        _stage.Agent.OnFlowClosed(again.Wire);
        Assert.Empty(_stage.Agent.Registrar.Bindings);
    }

    [Fact]
    public void After_a_restart_browsers_register_anew()
    {
        Browser().Register(Wishes);
        var known = _stage.Agent.Registrar.Bindings;
        var next = new Stage();
        next.Agent.Restore(known, b => new WireFlow(b.Remote.Address.ToString(), b.Remote.Port));

        Assert.Empty(next.Agent.Registrar.Bindings);
    }

    [Fact]
    public void A_browser_is_never_pinged_on_its_socket()
    {
        var browser = Browser();
        browser.Register(Wishes);
        browser.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromMinutes(5));

        Assert.Empty(browser.Wire.Sent);
    }

    private const string Wishes = "Supported: path, gruu, outbound\r\nExpires: 600\r\n";

    private Phone Browser() => new(_stage, port: _sockets++, transport: "WSS")
    {
        SentBy = "k2jh3abcdefg.invalid",
        Contact = $"<sip:k2j@h3.invalid;transport=ws>;+sip.instance={Instance};reg-id=1;expires=600",
    };
}
