using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.ToolTests;

public class KamailioTests
{
    [Fact]
    public async Task A_phone_that_registered_through_the_edge_is_called_and_calls_by_way_of_it()
    {
        await using var edge = await Kamailio.InFront();
        await using var provider = await Kamailio.AsProvider("s3cret", new Dictionary<string, string> { ["0501"] = "anna" });
        await using var anna = await Phone.SwitchOn("anna", 500, new PhoneAccount("anna", "s3cret", provider.Address, Proxy: edge.Address), answers: true);
        await using var bob = await Phone.SwitchOn("bob", 1150, new PhoneAccount("bob", "s3cret", provider.Address));
        foreach (var phone in new[] { anna, bob }) await phone.Registered();

        await bob.Dial("0501");
        await anna.WaitUntilHears(bob);
        await bob.HangUp();
        await anna.IsHungUp();

        foreach (var method in new[] { "INVITE", "ACK", "BYE" }) await edge.Passes(method, from: provider.Address);
        await edge.Passes("REGISTER");
    }

    [Fact]
    public async Task The_provider_turns_a_wrong_secret_away()
    {
        await using var provider = await Kamailio.AsProvider("s3cret");
        await using var mallory = await Phone.SwitchOn("mallory", 500, new PhoneAccount("mallory", "guess", provider.Address));

        Assert.Contains("401", await mallory.RegistrationRefused(), StringComparison.Ordinal);
    }
}
