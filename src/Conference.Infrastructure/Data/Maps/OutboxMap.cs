using Conference.Core.Bookings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Conference.Infrastructure.Data.Maps;

internal sealed class OutboxMap : IEntityTypeConfiguration<OutboxMail>
{
    public void Configure(EntityTypeBuilder<OutboxMail> mail)
    {
        mail.ToTable("outbox");
        mail.Property(m => m.Id).ValueGeneratedNever();
        mail.Property(m => m.ToAddress).HasMaxLength(Invitee.EmailLength);
        mail.Property(m => m.ToName).HasMaxLength(Invitee.NameLength);
        mail.Property(m => m.ReplyTo).HasMaxLength(Invitee.EmailLength);
        mail.Property(m => m.Subject).HasMaxLength(OutboxMail.SubjectLength);
        mail.Property(m => m.CalendarMethod).HasMaxLength(10);
        mail.Property(m => m.Trouble).HasMaxLength(OutboxMail.TroubleLength);
        mail.HasIndex(m => m.Booking);
        mail.HasIndex(m => new { m.State, m.NextAt });
    }
}
