using System.Text;
using Conference.Sip.Messages;

namespace Conference.Sip.Registrar;

/// <summary>Whether a Contact is the one that is bound: by instance and reg-id, else by RFC 3261 §19.1.4.</summary>
internal static class ContactMatch
{
    /// <summary>Parameters that tell nothing about where somebody is.</summary>
    private static readonly byte[][] Marks = [.. new[] { "ob", "gr", "alias", "rinstance" }.Select(Encoding.ASCII.GetBytes)];

    public static bool IsSame(Binding binding, RegisterContact contact)
    {
        if (binding.Instance.Length > 0 && contact.Instance.Length > 0)
            return binding.Instance == contact.Instance && binding.RegId == contact.RegId;
        return SipUri.Same(Bare(binding.Contact), Bare(contact.Uri));
    }

    /// <summary>The URI without its marks.</summary>
    private static byte[] Bare(string text)
    {
        var uri = Encoding.UTF8.GetBytes(text);
        if (!SipUri.TryParse(uri, out var parsed) || parsed.Parameters.IsEmpty) return uri;
        uri.AsSpan().Overlaps(parsed.Parameters, out var start);
        var bare = new List<byte>(uri[..start]);
        var all = new Parameters(parsed.Parameters);
        while (all.MoveNext())
        {
            if (IsMark(all.Name)) continue;
            bare.Add((byte)';');
            bare.AddRange(all.Name);
            if (all.Value.IsEmpty) continue;
            bare.Add((byte)'=');
            bare.AddRange(all.Value);
        }

        bare.AddRange(uri[(start + parsed.Parameters.Length)..]);
        return [.. bare];
    }

    private static bool IsMark(ReadOnlySpan<byte> name)
    {
        foreach (var mark in Marks)
            if (SipText.Is(name, mark))
                return true;
        return false;
    }
}
