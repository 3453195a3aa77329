namespace Conference.Web.Features.Shared;

/// <summary>What a person types into a phone to reach us.</summary>
/// <param name="Host">The advertised address or name; empty when phones use the one the browser used.</param>
/// <param name="Port">The first port that is listened on; phones assume 5060.</param>
/// <param name="Transports">For instance "UDP, TCP".</param>
public sealed record PhoneServer(string Host, int Port, string Transports)
{
    private const int Usual = 5060;

    /// <param name="otherwise">The host name of this page.</param>
    public string At(string otherwise)
    {
        var host = Host.Length > 0 ? Host : otherwise;
        return Port == Usual ? host : $"{host}:{Port}";
    }
}
