using Conference.Sip.Messages;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Transport;

/// <summary>sips is accepted and never said first (RFC 5630; case 59); browsers draw branches from a small hat (case 58).</summary>
public class SecureSchemeTests
{
    private readonly Stage _stage = new();

    [Theory]
    [InlineData("TLS", "<sip:192.0.2.1:5060;transport=tls>")]
    [InlineData("WSS", "<sip:192.0.2.1:5060;transport=ws>")]
    public void Over_a_secure_connection_our_Contact_is_a_plain_sip_address_case_59(string transport, string contact)
    {
        var phone = new Phone(_stage, transport: transport);
        phone.Send(phone.Write("OPTIONS", "sip:pbx.test"));

        Assert.Equal(contact, phone.Wire.Last.Text(HeaderId.Contact));
    }

    [Fact]
    public void A_phone_that_registers_a_sips_Contact_is_called_by_it_as_it_stands_and_over_its_own_connection_case_59()
    {
        var phone = new Phone(_stage, transport: "TLS") { Contact = "<sips:2001a@192.0.2.7:5061>" };
        Assert.Equal(200, phone.Register()!.Status);
        Assert.StartsWith("<sips:2001a@192.0.2.7:5061>;expires=", phone.Wire.Last.Text(HeaderId.Contact), StringComparison.Ordinal);

        new Dialler(_stage).Call(Dialler.Account("2001a"));

        var invite = phone.Wire.Sent.Find(m => m.Method == "INVITE")!;
        Assert.Equal("sips:2001a@192.0.2.7:5061", SipText.Latin(invite.RequestUri));
        Assert.StartsWith("SIP/2.0/TLS ", invite.Text(HeaderId.Via), StringComparison.Ordinal); // never in clear, whatever transport=tcp would say
        Assert.StartsWith("<sip:", invite.Text(HeaderId.To), StringComparison.Ordinal); // browsers and phones answer sips in To with 416
        Assert.Empty(_stage.Net.Opened);
    }

    [Fact]
    public void Two_browsers_that_drew_the_same_branch_are_two_transactions_case_58()
    {
        _stage.House.OpenNumbers.Add("100");
        var one = new Phone(_stage, "guest1", transport: "WSS") { SentBy = "aaaaaaaaaaaa.invalid", Domain = "elsewhere.example" };
        var two = new Phone(_stage, "guest2", "192.0.2.8", transport: "WSS") { SentBy = "bbbbbbbbbbbb.invalid", Domain = "elsewhere.example" };

        one.Send(one.Write("INVITE", "sip:100@pbx.test", body: "v=0\r\n", branch: "z9hG4bK1234567"));
        two.Send(two.Write("INVITE", "sip:100@pbx.test", body: "v=0\r\n", branch: "z9hG4bK1234567"));
        Assert.Equal(2, _stage.Calls.Count);

        two.Send(two.Write("CANCEL", "sip:100@pbx.test", branch: "z9hG4bK1234567"));
        Assert.Equal((false, true), (_stage.Calls[0].Abandoned.IsCancellationRequested, _stage.Calls[1].Abandoned.IsCancellationRequested));
        Assert.DoesNotContain(one.Wire.Sent, m => m.Status is 200 or 487);
    }
}
